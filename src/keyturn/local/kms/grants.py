"""
Grants as moto keeps them, and which ones KMS makes.

Sources: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html; the texts as quoted in public bug reports of aws-sdk-java
("More than one constraint supplied"), ansible ("Grants must not contain only …") and terraform-provider-aws ("ARN does not refer …").
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keyturn.local.call import Refused
from keyturn.policy import BadRequest, Grant, identify
from keyturn.policy.kms import OPERATIONS
from keyturn.policy.principal import Kind

_SUBSET, _EQUALS = "EncryptionContextSubset", "EncryptionContextEquals"


def held(grants: Mapping[str, Any]) -> tuple[Grant, ...]:
    """Those of a key of moto's."""
    return tuple(_grant(kept) for kept in grants.values())


def _grant(kept: Any) -> Grant:
    constraints = kept.constraints or {}
    return Grant(
        grantee=kept.grantee_principal,
        operations=frozenset(kept.operations),
        encryption_context_equals=constraints.get(_EQUALS),
        encryption_context_subset=constraints.get(_SUBSET) or {},
        source_arn=constraints.get("SourceArn", ""),
        retiring_principal=kept.retiring_principal or "",
        name=kept.name or "",
    )


def check(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """
    See whether KMS makes a grant.

    Returns:
        What moto is to be told: it knows no services as grantees, and AWS lists them as any other.

    Raises:
        Refused: It does not.
    """
    grantee = _one(parameters, "Grantee", needed=True)
    retiring = _one(parameters, "Retiring")
    constraints = parameters.get("Constraints") or {}
    if _EQUALS in constraints and _SUBSET in constraints:
        raise Refused("ValidationException", "More than one constraint supplied")
    if "GranteeServicePrincipal" in parameters and not (retiring and constraints.get("SourceArn")):
        raise Refused(
            "ValidationException",
            "A grant to a service principal needs a SourceArn constraint and a retiring principal.",
        )
    operations = parameters.get("Operations", [])
    if not set(operations) <= OPERATIONS:
        raise Refused("ValidationException", _not_of_the_enumeration(operations))
    if operations == ["CreateGrant"]:
        raise Refused("ValidationException", "Grants must not contain only the CreateGrant operation.")
    for principal in filter(None, (grantee, retiring)):
        if not _holds(principal):
            raise Refused("InvalidArnException", f"ARN does not refer to a valid principal: {principal}")
    return {**parameters, "GranteePrincipal": grantee, **({"RetiringPrincipal": retiring} if retiring else {})}


def _one(parameters: Mapping[str, Any], role: str, *, needed: bool = False) -> str:
    """The principal that is named in one of two ways; empty if it is in neither."""
    names = f"{role}Principal", f"{role}ServicePrincipal"
    given = [str(parameters[name]) for name in names if parameters.get(name)]
    if len(given) > 1 or (needed and not given):
        raise Refused("ValidationException", f"Specify either {names[0]} or {names[1]}, but not both.")
    return given[0] if given else ""


def _holds(principal: str) -> bool:
    try:
        asking = identify(principal)
    except BadRequest:
        return False
    return asking.identity or asking.kind is Kind.SERVICE


def _not_of_the_enumeration(operations: list[str]) -> str:
    return (
        f"1 validation error detected: Value '[{', '.join(operations)}]' at 'operations' failed to satisfy constraint: "
        f"Member must satisfy constraint: [Member must satisfy enum value set: [{', '.join(sorted(OPERATIONS))}]]"
    )


def conditions(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """
    The condition keys that a request for a grant has; its encryption context is that of its constraint.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
    """
    constraints = parameters.get("Constraints") or {}
    pairs = constraints.get(_EQUALS) or constraints.get(_SUBSET) or {}
    told = {
        "kms:GranteePrincipal": parameters.get("GranteePrincipal"),
        "kms:RetiringPrincipal": parameters.get("RetiringPrincipal"),
        "kms:GrantOperations": parameters.get("Operations"),
        "kms:GrantConstraintType": next((kind for kind in (_EQUALS, _SUBSET) if kind in constraints), ""),
        "kms:GrantIsForAWSResource": "false",
        **{f"kms:EncryptionContext:{name}": value for name, value in pairs.items()},
    }
    return {name: value for name, value in told.items() if value}
