"""Where policy documents stand in resources, and of which sort they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from keyturn.graph import Path, Resource
from keyturn.memory import memoized
from keyturn.policy import Document, Faults, Sort, parse

_IDENTITY: dict[str, tuple[str, ...]] = {
    "AWS::IAM::Policy": ("PolicyDocument",),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument",),
    "AWS::IAM::RolePolicy": ("PolicyDocument",),
    "AWS::IAM::UserPolicy": ("PolicyDocument",),
    "AWS::IAM::GroupPolicy": ("PolicyDocument",),
}
_RESOURCE: dict[str, tuple[str, ...]] = {
    "AWS::IAM::Role": ("AssumeRolePolicyDocument",),
    "AWS::S3::BucketPolicy": ("PolicyDocument",),
    "AWS::SNS::TopicPolicy": ("PolicyDocument",),
    "AWS::SQS::QueuePolicy": ("PolicyDocument",),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy",),
    "AWS::ECR::Repository": ("RepositoryPolicyText",),
    "AWS::EC2::VPCEndpoint": ("PolicyDocument",),
}
_INLINE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
HOLDERS = tuple(dict.fromkeys([*_IDENTITY, *_RESOURCE, *_INLINE]))
"""The types that hold policy documents."""


class Held(NamedTuple):
    """Where a document stands, and of which sort it is."""

    path: Path
    sort: Sort


@memoized
def parsed(holder: Resource, path: Path, sort: Sort) -> Document | Faults:
    """A policy document that a resource holds, read; several checks ask for the same one."""
    return parse(holder.get(*path), sort, remembered=False)


def documents(holder: Resource) -> Iterator[Held]:
    """The policy documents that a resource holds."""
    for names, sort in ((_IDENTITY, Sort.IDENTITY), (_RESOURCE, Sort.RESOURCE)):
        for name in names.get(holder.type, ()):
            if holder.get(name) is not None:
                yield Held((name,), sort)
    inline = holder.get("Policies") if holder.type in _INLINE else None
    for index in range(len(inline) if isinstance(inline, tuple) else 0):
        if holder.get("Policies", index, "PolicyDocument") is not None:
            yield Held(("Policies", index, "PolicyDocument"), Sort.IDENTITY)
