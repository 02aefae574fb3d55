"""Users and roles as moto's IAM has them: the policies that are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keyturn.local.call import Caller
from keyturn.local.moto_state import backend


@dataclass(frozen=True, slots=True)
class Identity:
    """
    What IAM knows of a caller.

    Attributes:
        policies: Documents, as JSON: inline, attached, and those of a user's groups.
        boundaries: The permissions boundary's document, if there is one.
    """

    policies: tuple[Any, ...] = ()
    boundaries: tuple[Any, ...] = ()


def identity(caller: Caller, partition: str) -> Identity:
    """The identity of a user or a role; one that is gone has no policies, so it may do nothing."""
    iam = backend("iam", caller.account, partition)
    found = (iam.users if caller.kind == "user" else iam.roles).get(caller.name)
    if caller.kind == "role":
        found = next((role for role in iam.roles.values() if role.name == caller.name), None)
    if found is None:
        return Identity()
    holders = [found]
    if caller.kind == "user":
        holders += [group for group in iam.groups.values() if found in group.users]
    documents = [document for holder in holders for document in _documents(holder)]
    boundary = getattr(found, "permissions_boundary_arn", None)
    limits = [_default(iam.managed_policies[boundary])] if boundary in iam.managed_policies else []
    return Identity(tuple(documents), tuple(limits))


def _documents(holder: Any) -> list[Any]:
    return [*holder.policies.values(), *(_default(policy) for policy in holder.managed_policies.values())]


def _default(policy: Any) -> Any:
    """The document of a managed policy's default version."""
    return next(version.document for version in policy.versions if version.version_id == policy.default_version_id)
