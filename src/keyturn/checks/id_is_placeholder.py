"""
An id stands for something that the user was to fill in.

Ids of AWS are made of hexadecimal digits: `vpc-0a1b2c3d4e5f67890`. `vpc-default`, `subnet-private` or `ami-latest` is none, and was
copied from an example, or made up. Of `vpc-xxxxxxxx`, which is plainly to be filled in, it says so.

Fix: name what is there, make it a parameter, or declare the VPC, subnet or group in the stack.

Why it matters: nothing can be put into a VPC that does not exist; the first resource that names it is refused.

Scope: ids of VPCs, subnets, security groups, images, gateways, route tables and interfaces

Noticed: at deployment, when the resource is created

Recovery: put the id in and deploy again

Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.facts.resource_types import kinds
from keyturn.graph import COMPOUND, Graph, Path, Resource, Value

NAMED = {
    "vpc": (re.compile(r"VpcId"), "InvalidVpcID.NotFound"),
    "subnet": (re.compile(r"Subnets?|SubnetIds?|VPCZoneIdentifier"), "InvalidSubnetID.NotFound"),
    "sg": (re.compile(r"\w*SecurityGroups?|\w*SecurityGroupIds?|GroupId"), "InvalidGroup.NotFound"),
    "ami": (re.compile(r"ImageId"), "InvalidAMIID.Malformed"),
}
"""By how ids begin: the properties that hold them, and AWS's code for one that does not exist."""
_ID = re.compile(r"(vpc|subnet|sg|ami)-(.*)")
_BEGINNINGS = tuple(f"{name}-" for name in NAMED)
_IN_EXAMPLES = re.compile(r"x{3}|example", re.IGNORECASE)
"""What AWS's documentation writes in ids that are the reader's to fill in."""
_DIGITS = re.compile(r"[0-9a-f]+")


@check(verdict=Verdict.REFUSED)
def id_is_placeholder(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if not resource.type.startswith("AWS::") or not _may_hold(resource.type):
        return
    for path, value in _ids(resource.properties):
        found = _ID.fullmatch(value)
        name = next((step for step in reversed(path) if isinstance(step, str)), "")
        if found is None or not NAMED[found[1]][0].fullmatch(name) or _DIGITS.fullmatch(found[2]):
            continue
        if _IN_EXAMPLES.search(found[2]):
            yield Undecided(resource.at(*path), f"`{value}` is to be filled in")
        else:
            yield Finding(
                at=resource.at(*path),
                message=f"`{value}` is no id of AWS's: after {found[1]}- it has hexadecimal digits only",
                error=AwsError(NAMED[found[1]][1], f"The ID '{value}' does not exist"),
                hint="put in the id that was meant, or make it a parameter",
            )


def _ids(value: Mapping[str, Value] | tuple[Value, ...]) -> Iterator[tuple[Path, str]]:
    """The texts within a value that begin as ids do, each with its path."""
    within: Iterable[tuple[str | int, Value]] = enumerate(value) if isinstance(value, tuple) else value.items()
    for step, each in within:
        if isinstance(each, str):
            if each.startswith(_BEGINNINGS):
                yield (step,), str(each)
        elif isinstance(each, COMPOUND):
            for path, text in _ids(each):
                yield (step, *path), text


@functools.cache
def _may_hold(type_: str) -> bool:
    """Whether a type has a property that holds ids, as far as its properties are known."""
    described = kinds(type_)
    names = {name for kind in described.values() for name in kind.of}
    return not described or any(form.fullmatch(name) for form, _ in NAMED.values() for name in names)
