"""
The description of a security group, or of one of its rules, has characters that EC2 does not accept.

EC2 takes letters, digits, spaces and a few signs of ASCII, up to 255 characters: no apostrophe, no arrow, no `<`, `>`, `?` or accent.

Fix: write it without them.

Why it matters: the group is not created, nor what is put into it, and the stack is rolled back for a comment.

Scope: security groups, their rules inside and outside of them

Noticed: at deployment, when the group or the rule is created

Recovery: change the text and deploy again

Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html
  https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.checks.evidence.publishers import items
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Path, Resource

GROUP = "AWS::EC2::SecurityGroup"
_TEXT = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*")
LONGEST = 255


@check(GROUP, f"{GROUP}Ingress", f"{GROUP}Egress", verdict=Verdict.REFUSED)
def security_group_text_refused(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    paths: list[Path] = [("GroupDescription",)] if resource.type == GROUP else [("Description",)]
    for name in ("SecurityGroupIngress", "SecurityGroupEgress"):
        paths += [(name, index, "Description") for index, _ in items(resource, name)]
    for path in paths:
        text = resource.get(*path)
        if not isinstance(text, str):
            continue
        odd = sorted(set(_TEXT.sub("", text)))
        if odd or len(text) > LONGEST:
            told = f"has {' '.join(f'`{each}`' for each in odd)}" if odd else f"has {len(text)} characters"
            yield Finding(
                at=resource.at(*path),
                message=f"the description {told}, and EC2 takes up to {LONGEST} letters, digits, spaces and ._-:/()#,@[]+=&;{{}}!$*",
                error=AwsError(
                    "InvalidParameterValue",
                    "Invalid security group description. Valid descriptions are strings less than 256 characters from the following "
                    "set: a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
                ),
                hint="write it without them" if odd else "shorten it",
            )
