"""Users and roles as moto's IAM has them: the policies that are theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
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

    @property
    def resources(self) -> Iterator[str]:
        """The resources that the policies name, as they are written."""
        for document in self.policies:
            for statement in _listed(_data(document).get("Statement")):
                yield from (str(each) for each in _listed(statement.get("Resource")))


def identity(caller: Caller, partition: str) -> Identity:
    """The identity of a user or a role; one that is gone has no policies, so it may do nothing."""
    iam = backend("iam", caller.account, partition)
    found = (iam.users if caller.kind == "user" else iam.roles).get(caller.name)
    if caller.kind == "role":
        found = find_role(caller.account, partition, caller.name)
    if found is None:
        return Identity()
    holders = [found]
    if caller.kind == "user":
        holders += [group for group in iam.groups.values() if found in group.users]
    documents = [document for holder in holders for document in _documents(holder)]
    boundary = getattr(found, "permissions_boundary_arn", None)
    limits = [_default(iam.managed_policies[boundary])] if boundary in iam.managed_policies else []
    return Identity(tuple(documents), tuple(limits))


def find_role(account: str, partition: str, named: str) -> Any:
    """A role by its name or its ARN; None if there is none."""
    roles = backend("iam", account, partition).roles.values()
    return next((role for role in roles if named in (role.name, role.arn)), None)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _data(document: Any) -> dict[str, Any]:
    data = json.loads(document) if isinstance(document, str) else document
    return data if isinstance(data, dict) else {}


def _documents(holder: Any) -> list[Any]:
    return [*holder.policies.values(), *(_default(policy) for policy in holder.managed_policies.values())]


def _default(policy: Any) -> Any:
    """The document of a managed policy's default version."""
    return next(version.document for version in policy.versions if version.version_id == policy.default_version_id)
