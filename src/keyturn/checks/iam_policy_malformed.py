"""
A policy document is not one that AWS accepts.

AWS reads policies by a grammar: known elements only, `Allow` or `Deny`, actions as `service:Action`, resources as ARNs,
principals by their kind, conditions by their operators. A policy of an identity names no principal, one of a resource has to,
and the Sid of a policy of IAM has letters and digits only.

Fix: write what is expected in that place.

Why it matters: the resource is not created, and the stack is rolled back. In a trust policy it is the role itself that fails,
and all that depends on it.

Scope: policies of roles, users and groups, managed policies, trust policies, and the policies of buckets, topics, queues, secrets,
repositories and VPC endpoints; for keys see kms-policy-malformed

Noticed: at deployment, when the policy is set

Recovery: correct the policy and deploy again

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.documents import HOLDERS, documents, parsed
from keyturn.checks.evidence.presence import empty_parameter
from keyturn.facts import policies
from keyturn.graph import Graph, Path, Resource
from keyturn.policy import Faults
from keyturn.policy.wording import short

_SID = re.compile(r"[A-Za-z0-9]*")
_PARTITION = re.compile(r"arn:([^:*?$]*):")
_IS_PARTITION = re.compile(r"aws(-[a-z]+)*")


@check(*HOLDERS, verdict=Verdict.REFUSED)
def iam_policy_malformed(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    of_iam = holder.type.startswith("AWS::IAM::")
    for path, sort in documents(holder):
        found = parsed(holder, path, sort)
        for fault in found if isinstance(found, Faults) else ():
            if empty := empty_parameter(holder.get(*path, *fault.path), graph):
                yield Undecided(holder.at(*path, *fault.path), f"the parameter {empty} is empty by default")
                continue
            place = f"{fault.place}: " if isinstance(holder.get(*path), str) and fault.path else ""
            yield Finding(
                at=holder.at(*path, *fault.path),
                message=f"{place}{fault.message}",
                error=policies.MALFORMED if of_iam else None,
                hint=fault.hint or "write what the grammar of policies has in this place",
            )
        if of_iam:
            yield from _sids(holder, path)
            yield from _partitions(holder, path)


def _sids(holder: Resource, path: Path) -> Iterator[Outcome]:
    statements = holder.get(*path, "Statement")
    for index in range(len(statements) if isinstance(statements, tuple) else 0):
        sid = holder.get(*path, "Statement", index, "Sid")
        if isinstance(sid, str) and not _SID.fullmatch(sid):
            at = holder.at(*path, "Statement", index, "Sid")
            yield Finding(
                at=at,
                message=f"the Sid `{sid}` has more than letters and digits",
                error=policies.SID_REFUSED,
                fix=Fix("leave the rest out", at, replace=re.sub(r"[^A-Za-z0-9]", "", sid)),
            )


def _partitions(holder: Resource, path: Path) -> Iterator[Outcome]:
    """Resources whose ARN is of no partition of AWS's: often it was put together from what is no text yet."""
    statements = holder.get(*path, "Statement")
    for index in range(len(statements) if isinstance(statements, tuple) else 0):
        place: Path = (*path, "Statement", index, "Resource")
        named = holder.get(*place)
        listed = enumerate(named) if isinstance(named, tuple) else [(-1, named)]
        for number, arn in listed:
            found = _PARTITION.match(arn) if isinstance(arn, str) else None
            if found and not _IS_PARTITION.fullmatch(found[1]):
                yield Finding(
                    at=holder.at(*place, *(() if number < 0 else (number,))),
                    message=f"`{found[1]}` is no partition of AWS's, in `{short(arn)}`",
                    error=policies.partition_refused(found[1], str(arn)),
                    hint="an ARN begins with `arn:aws:`, or with the name of another partition",
                )
