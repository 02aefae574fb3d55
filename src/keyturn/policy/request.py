"""
A request: who asks to do what, to which resource, in which circumstances.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html (table of principal key values),
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.principal import IDENTITIES, BadRequest, Kind, Named, Principal, identify

Scalar: TypeAlias = "str | bool | int | float | Unknown"
ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_USER_ID = (Unknown("AWS chooses the unique id of a principal"),)
_TYPE = {
    Kind.ROOT: ("Account",),
    Kind.USER: ("User",),
    Kind.ROLE: ("AssumedRole",),
    Kind.SESSION: ("AssumedRole",),
    Kind.FEDERATED_USER: ("FederatedUser",),
    Kind.ANONYMOUS: ("Anonymous",),
}


class Request:
    """
    One question to the evaluator.

    Attributes:
        principal: Who asks.
        action: What for, e.g. `kms:Decrypt`; `action_key` is the same in lower case, as actions are compared.
        resource: The ARN of what it is done to; `*` for actions that have no resource.
        resource_account: The account that owns the resource: as given, else from its ARN, else the principal's own.
        context: Values by condition key, in lower case; also those that AWS derives from the principal, unless given.
        encryption_context: What KMS is told besides the data, by its own names: taken from `kms:EncryptionContext:…` of the context.
    """

    __slots__ = ("action", "action_key", "context", "encryption_context", "principal", "resource", "resource_account")

    def __init__(
        self,
        principal: Named,
        action: str,
        resource: str = "*",
        *,
        resource_account: str | None = None,
        context: Mapping[str, Scalar | Iterable[Scalar]] = MappingProxyType({}),
        wildcard_only: bool = False,
    ) -> None:
        """
        Args:
            principal: Who asks: see `identify()` for what is understood.
            wildcard_only: The action has no resource-level permissions, so policies see `*` whatever `resource` says.

        Raises:
            BadRequest: The principal, action or context is not of the documented form.
        """
        self.principal: Principal = identify(principal)
        if not isinstance(action, str) or not action.partition(":")[2]:
            raise BadRequest(f"action: `{action}` is not of the form service:Action")
        if not isinstance(resource, str) or not resource:
            raise BadRequest("resource: an ARN or * is expected")
        self.action = action
        self.action_key = action.lower()
        self.resource = "*" if wildcard_only else resource
        self.resource_account = resource_account or _account(resource) or self.principal.account
        self.context, self.encryption_context = _context(context)
        self._derive()

    @property
    def own_account(self) -> bool:
        """Whether the principal belongs to the account that owns the resource."""
        return self.principal.account == self.resource_account

    def _derive(self) -> None:
        """Add the keys that AWS derives from the principal and the resource."""
        asking, context = self.principal, self.context
        kind = asking.kind
        if kind in IDENTITIES:
            context.setdefault("aws:principalarn", (_principal_arn(asking),))
            context.setdefault("aws:principalaccount", (asking.account,))
            context.setdefault("kms:calleraccount", (asking.account,))
            context.setdefault("aws:userid", (asking.account,) if kind is Kind.ROOT else _USER_ID)
            if kind is Kind.USER:
                context.setdefault("aws:username", (asking.name,))
        if kind in _TYPE:
            context.setdefault("aws:principaltype", _TYPE[kind])
        if kind is Kind.SERVICE:
            context.setdefault("aws:principalisawsservice", ("true",))
            context.setdefault("aws:principalservicename", (asking.text,))
            context.setdefault("aws:principalservicenameslist", (asking.text,))
        else:
            context.setdefault("aws:principalisawsservice", ("false",))
        if self.resource_account:
            context.setdefault("aws:resourceaccount", (self.resource_account,))
        if self.encryption_context:
            context.setdefault("kms:encryptioncontextkeys", tuple(self.encryption_context))


def _principal_arn(asking: Principal) -> str:
    """The ARN of a session's role, not of the session; a session's ARN does not tell the role's path."""
    if asking.kind is Kind.SESSION:
        return f"arn:{asking.partition}:iam::{asking.account}:role/{asking.name}"
    return asking.text


def _account(arn: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else ""


def _context(given: Mapping[str, Any]) -> tuple[dict[str, tuple[str | Unknown, ...]], dict[str, str | Unknown]]:
    if not isinstance(given, Mapping):
        raise BadRequest("context: an object of condition keys and values is expected")
    context: dict[str, tuple[str | Unknown, ...]] = {}
    encryption_context: dict[str, str | Unknown] = {}
    for name, value in given.items():
        if not isinstance(name, str):
            raise BadRequest("context: a condition key is not a text")
        key = name.lower()
        values = (
            (_scalar(name, value),)
            if isinstance(value, str | bool | int | float | Unknown) or not isinstance(value, Iterable)
            else tuple([_scalar(name, each) for each in value])
        )
        context[key] = values
        if key.startswith(ENCRYPTION_CONTEXT) and values:
            encryption_context[name[len(ENCRYPTION_CONTEXT) :]] = values[0]
    return context, encryption_context


def _scalar(name: str, value: object) -> str | Unknown:
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise BadRequest(f"context: {name}: a text, number or boolean is expected, or a list of them")
