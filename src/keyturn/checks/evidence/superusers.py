"""The secrets of users who may set passwords: which of them a rotation function is told to read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyturn.checks.evidence.credentials import OF_SECRETS, policy_of, secret_of, written
from keyturn.checks.evidence.databases import DATABASES
from keyturn.facts import hosted_rotation
from keyturn.graph import Graph, Ref, Resource, Site, Text, Unknown, Value

_TELLING = re.compile(r"master|admin|superuser|root|owner", re.IGNORECASE)
"""What the name of an environment variable with the ARN of such a secret has in it."""


@dataclass(frozen=True, slots=True)
class Superuser:
    """
    The secret of a user who may set passwords.

    Attributes:
        resource: The secret, or the database whose master secret it is.
        name: What messages call it.
        arn: Its ARN, made of a reference.
        key: What names the key that it is encrypted with; None for the AWS managed one.
        policy: Its resource policy.
        at: Where the function is told of it.
    """

    resource: Resource
    name: str
    arn: Text
    key: tuple[str, ...] | None
    policy: Value
    at: Site

    @property
    def known_arn(self) -> str | Unknown:
        """The secret's ARN as far as it is known; `arn` refers to it in any case."""
        own = self.resource.arn
        return own if isinstance(own, Unknown) and self.resource.type == OF_SECRETS else str(self.arn)


def superusers(schedule: Resource, function: Resource, graph: Graph) -> Iterator[Superuser]:
    """Those that the rotated secret names as `masterarn`, and those that the function's environment names."""
    own = secret_of(schedule, graph)
    value = (written(own) if own else None) or {}
    named = value.get(hosted_rotation.SUPERUSER)
    seen = {own}
    if own and (found := _named(named, own.at("GenerateSecretString"), graph)) and found.resource not in seen:
        seen.add(found.resource)
        yield found
    variables = function.get("Environment", "Variables")
    for name, each in variables.items() if isinstance(variables, Mapping) else ():
        found = _named(each, function.at("Environment", "Variables", name), graph)
        telling = found and (found.resource.type in DATABASES or _TELLING.search(name))
        if found and telling and found.resource not in seen:
            seen.add(found.resource)
            yield found


def _named(value: Value, at: Site, graph: Graph) -> Superuser | None:
    if (secret := graph.find(value, OF_SECRETS)) and secret.arn is not None:
        arn = Text(str(secret.arn), (Ref(secret.name),))
        key = None if secret.get("KmsKeyId") is None else ("KmsKeyId",)
        return Superuser(secret, str(secret), arn, key, policy_of(secret, graph), at)
    if not isinstance(value, str):
        return None
    attribute = "MasterUserSecret.SecretArn"
    for database in graph.everywhere(*DATABASES):
        if value == database.attributes.get(attribute):
            named = ("MasterUserSecret", "KmsKeyId")
            arn = Text(value, (Ref(database.name, attribute),))
            key_path = None if database.get(*named) is None else named
            return Superuser(database, f"the master secret of {database}", arn, key_path, None, at)
    return None
