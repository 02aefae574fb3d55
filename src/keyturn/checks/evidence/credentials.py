"""What a secret holds, as far as it is declared: its JSON's keys, with the values that are known."""

from __future__ import annotations

import json
from collections.abc import Mapping

from keyturn.graph import Graph, Resource, Value

OF_SECRETS = "AWS::SecretsManager::Secret"
ATTACHMENT = "AWS::SecretsManager::SecretTargetAttachment"


def secret_of(schedule: Resource, graph: Graph) -> Resource | None:
    """The secret that a schedule rotates; None if it is not declared here."""
    return graph.follow(schedule, "SecretId", types=(OF_SECRETS,))


def attachment_of(secret: Resource, graph: Graph) -> Resource | None:
    """What attaches a secret to a database, and so writes the database's address into it."""
    attached = graph.everywhere(ATTACHMENT)
    return next((each for each in attached if graph.follow(each, "SecretId", types=(OF_SECRETS,)) is secret), None)


def policy_of(secret: Resource, graph: Graph) -> Value:
    """The resource policy of a secret; None without one."""
    policies = graph.everywhere("AWS::SecretsManager::ResourcePolicy")
    return next((each.get("ResourcePolicy") for each in policies if graph.follow(each, "SecretId") is secret), None)


def written(secret: Resource) -> Mapping[str, Value] | None:
    """The JSON that a secret is made with, a generated password as None; None if that is not known, or is no JSON object."""
    generated = secret.get("GenerateSecretString")
    if isinstance(generated, Mapping):
        template, key = generated.get("SecretStringTemplate"), generated.get("GenerateStringKey")
        made = _object(template)
        return {**made, str(key): None} if made is not None and isinstance(key, str) else None
    return _object(secret.get("SecretString"))


def _object(text: Value) -> Mapping[str, Value] | None:
    try:
        data = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
