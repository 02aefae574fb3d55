"""Users and roles as moto's IAM has them: the policies that are theirs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from keyturn.local.call import Caller
from keyturn.local.moto_state import backend

SERVICE_LINKED = ":role/aws-service-role/"
"""In the ARNs of roles that services make for themselves, in most accounts long ago."""

_IDENTITY = re.compile(r"arn:([a-z0-9-]+):iam::(\d{12}):(role|user)/(?:.*/)?([^/]+)")


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


def missing_identities(account: str, policy: str) -> Iterator[str]:
    """The roles and users of this account that a resource's policy names and that do not exist; of other accounts nothing is known."""
    for statement in _listed(_data(policy).get("Statement")):
        named = statement.get("Principal", {})
        for arn in _listed(named.get("AWS") if isinstance(named, dict) else None):
            if _is_missing(account, arn):
                yield arn


def _is_missing(account: str, arn: str) -> bool:
    found = _IDENTITY.fullmatch(arn)
    if found is None or found[2] != account or SERVICE_LINKED in arn:
        return False
    iam = backend("iam", account, found[1])
    everyone = iam.users.values() if found[3] == "user" else iam.roles.values()
    return all(each.arn != arn for each in everyone)


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
