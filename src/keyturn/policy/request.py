"""
A request: who asks to do what, to which resource, in which circumstances.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.identify import BadRequest, Named, identify
from keyturn.policy.principal import Principal, Values
from keyturn.policy.wording import repeated, scalar_text, short

Scalar: TypeAlias = "str | bool | int | float | Unknown"

ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
ENCRYPTION_CONTEXT_KEYS = "kms:encryptioncontextkeys"
_NOTHING: Mapping[str, Scalar] = MappingProxyType({})


class Request:
    """
    One question to the evaluator.

    Attributes:
        principal: Who asks.
        action: What for, e.g. `kms:Decrypt`; `action_key` is the same in lower case, as actions are compared.
        resource: The ARN of what it is done to; `*` for actions that have no resource; Unknown if its name is not known.
        resource_account: The account that owns the resource: as given, else from its ARN, else the principal's own.
        context: Values by condition key, in lower case; also those that AWS derives from the principal, unless given.
    """

    __slots__ = ("action", "action_key", "context", "principal", "resource", "resource_account")

    def __init__(
        self,
        principal: Named,
        action: str,
        resource: str | Unknown = "*",
        *,
        resource_account: str | None = None,
        context: Mapping[str, Scalar | Iterable[Scalar]] = _NOTHING,
        wildcard_only: bool = False,
    ) -> None:
        """
        Args:
            principal: Who asks: see `identify` for what is understood.
            context: Values by condition key; what KMS is told as encryption context stands under `kms:EncryptionContext:…`.
            wildcard_only: The action has no resource-level permissions, so policies see `*` whatever `resource` says.

        Raises:
            BadRequest: The principal, action, resource or context is not of the documented form.
        """
        self.principal: Principal = identify(principal)
        if not isinstance(action, str) or not all(action.partition(":")) or action.count(":") > 1:
            raise BadRequest(f"action: `{short(action)}` is not of the form service:Action")
        if "*" in action or "?" in action:
            raise BadRequest(f"action: `{short(action)}` is not one action", hint="wildcards stand in policies")
        if not isinstance(resource, str | Unknown) or not resource:
            raise BadRequest("resource: an ARN or * is expected")
        if resource_account is not None and not _is_account(resource_account):
            raise BadRequest("resource_account: the account's twelve digits are expected")
        if not isinstance(wildcard_only, bool):
            raise BadRequest("wildcard_only: true or false is expected")
        if not isinstance(context, Mapping):
            raise BadRequest("context: an object of condition keys and values is expected")
        self.action = action
        self.action_key = action.lower()
        self.resource = "*" if wildcard_only else resource
        owner = resource_account or _owner(resource)
        self.resource_account = owner or self.principal.account
        self.context: dict[str, Values] = dict(self.principal.keys)
        if owner:
            self.context["aws:resourceaccount"] = (owner,)
        if context:
            self._take(context)

    @property
    def own_account(self) -> bool:
        """Whether the principal belongs to the account that owns the resource."""
        return self.principal.account == self.resource_account

    def _take(self, given: Mapping[str, Any]) -> None:
        """Take the given context into account; what is given goes before what is derived."""
        taken: dict[str, Values] = {}
        pairs: list[str] = []
        for name, value in given.items():
            if not isinstance(name, str):
                raise BadRequest("context: a condition key is not a text")
            key = name.lower()
            taken[key] = (value,) if type(value) is str else _values(name, value)
            if key.startswith(ENCRYPTION_CONTEXT) and taken[key]:
                pairs.append(name[len(ENCRYPTION_CONTEXT) :])
        self.context |= taken
        if pairs:
            self.context.setdefault(ENCRYPTION_CONTEXT_KEYS, tuple(pairs))
        if len(taken) < len(given):
            self._refuse_twins(given)

    def _refuse_twins(self, given: Iterable[str]) -> None:
        """The encryption context alone has pairs whose keys differ in case alone; what a policy sees of them is unknown."""
        for key in repeated(name.lower() for name in given):
            if not key.startswith(ENCRYPTION_CONTEXT):
                raise BadRequest(f"context: `{short(key)}` is given twice, in different cases")
            self.context[key] = (Unknown(f"two pairs of the encryption context differ in case alone: {short(key)}"),)


def _is_account(text: object) -> bool:
    return isinstance(text, str) and len(text) == 12 and text.isascii() and text.isdigit()


def _owner(arn: str | Unknown) -> str:
    parts = [] if isinstance(arn, Unknown) else arn.split(":", 5)
    return parts[4] if len(parts) == 6 and _is_account(parts[4]) else ""


def _values(name: str, value: object) -> Values:
    if isinstance(value, Iterable) and not isinstance(value, str | Mapping):
        return tuple([_scalar(name, each) for each in value])
    return (_scalar(name, value),)


def _scalar(name: str, value: object) -> str | Unknown:
    match value:
        case str():
            return str(value)
        case Unknown():
            return value
        case bool() | int() | float():
            if text := scalar_text(value):
                return text
            raise BadRequest(f"context: {short(name)}: the number is too large")
    raise BadRequest(f"context: {short(name)}: a text, number or boolean is expected, or a list of them")
