"""
Who asks: the principal of a request, what policies call it by, and the condition keys that AWS derives from it.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import TypeAlias

from keyturn.graph import Unknown


class Kind(Enum):
    """What kind of principal asks; the values are how people call them."""

    ROOT = "account root"
    USER = "user"
    ROLE = "role"
    SESSION = "role session"
    FEDERATED_USER = "federated user session"
    FEDERATED = "federated identity"
    SERVICE = "AWS service"
    CANONICAL = "canonical user"
    ORIGIN = "origin access identity"
    """Of CloudFront: written like a user, but no account's."""
    ANONYMOUS = "anonymous"


ELEMENTS = {Kind.SERVICE: "Service", Kind.FEDERATED: "Federated", Kind.CANONICAL: "CanonicalUser"}
"""What those who do not stand under `AWS` stand under in a Principal element."""


class Reach(IntEnum):
    """
    How closely a statement names who asks, which decides what else must agree.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html, on resource-based policies.
    """

    NONE = 0
    ACCOUNT = 1
    """It names the account: identity policies there must allow the action too."""
    ROLE = 2
    """It names the role whose session asks: permissions boundaries and session policies still limit it."""
    DIRECT = 3
    """It names the user or session itself, the service, or everyone: nothing else needs to allow the action."""


# Looked up once: in Python 3.11 a member of an enumeration is dear.
NONE, DIRECT = Reach.NONE, Reach.DIRECT

IDENTITIES = frozenset({Kind.ROOT, Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER})
"""The kinds that belong to an account, so that IAM policies may apply to them."""

Values: TypeAlias = tuple[str | Unknown, ...]
"""The values of a condition key in a request."""


@dataclass(frozen=True, slots=True)
class Principal:
    """
    The principal of a request.

    Attributes:
        kind: What it is.
        text: Its identifier as policies write it: an ARN, a host name, an id; `*` when anonymous.
        account: The account it belongs to; empty if none.
        partition: The partition of its ARN.
        name: The user's or role's name without its path; empty for others.
        session: The session's name; empty for others.
        service_linked: Whether it is a service-linked role or a session of one.
        identity: Whether it belongs to an account, so that IAM policies may apply to it.
        names: What a policy may call it by, the closest first, as `naming.Names` has it.
        keys: The condition keys that AWS derives from it, in lower case.
    """

    kind: Kind
    text: str
    account: str = ""
    partition: str = "aws"
    name: str = ""
    session: str = ""
    service_linked: bool = False
    identity: bool = field(init=False, repr=False, compare=False)
    names: tuple[tuple[str, Reach], ...] = field(init=False, repr=False, compare=False)
    keys: Mapping[str, Values] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", self.kind in IDENTITIES)
        object.__setattr__(self, "names", tuple(_names(self)))
        object.__setattr__(self, "keys", MappingProxyType(_derived(self)))

    def __str__(self) -> str:
        return "an anonymous caller" if self.kind is Kind.ANONYMOUS else self.text


def role_name(account: str, name: str) -> str:
    """What a role is called by, whatever its path and its case: its name is unique in its account."""
    return f"role {account} {name.lower()}"


def user_name(account: str, name: str) -> str:
    """What a user is called by, whatever its path."""
    return f"user {account} {name}"


def other_name(element: str, text: str) -> str:
    """What is called by who stands under `Service`, `Federated` or `CanonicalUser`."""
    return f"{element} {text}"


def _names(asking: Principal) -> Iterator[tuple[str, Reach]]:
    match asking.kind:
        case Kind.SERVICE | Kind.FEDERATED | Kind.CANONICAL:
            yield other_name(ELEMENTS[asking.kind], asking.text), Reach.DIRECT
            return
        case Kind.ROOT:
            yield asking.account, Reach.DIRECT
        case Kind.USER | Kind.SESSION | Kind.FEDERATED_USER | Kind.ORIGIN:
            yield asking.text, Reach.DIRECT
    if asking.kind in (Kind.ROLE, Kind.SESSION):
        yield role_name(asking.account, asking.name), Reach.ROLE
    if asking.account:
        yield asking.account, Reach.ACCOUNT


_UNIQUE_ID = Unknown("AWS chooses the unique id of a user or role")
_TYPE_AND_ID: dict[Kind, tuple[str, str | Unknown]] = {
    Kind.ROOT: ("Account", "{0.account}"),
    Kind.USER: ("User", _UNIQUE_ID),
    Kind.ROLE: ("AssumedRole", _UNIQUE_ID),
    Kind.SESSION: ("AssumedRole", _UNIQUE_ID),
    Kind.FEDERATED_USER: ("FederatedUser", "{0.account}:{0.session}"),
}


def _derived(asking: Principal) -> dict[str, Values]:
    """
    The keys that AWS derives from a principal.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
    """
    match asking.kind:
        case Kind.SERVICE:
            others = Unknown(f"which other names {asking.text} has is not known here")
            return {
                "aws:principalisawsservice": ("true",),
                "aws:principalservicename": (asking.text,),
                "aws:principalservicenameslist": (asking.text, others),
            }
        case Kind.FEDERATED:
            return {"aws:federatedprovider": (asking.text,)}
        case Kind.ANONYMOUS:
            anonymous = ("anonymous",)
            return {"aws:principalaccount": anonymous, "aws:userid": anonymous, "aws:principaltype": ("Anonymous",)}
        case Kind.CANONICAL | Kind.ORIGIN:
            return {"aws:principalisawsservice": ("false",)}
    type_, unique_id = _TYPE_AND_ID[asking.kind]
    keys: dict[str, Values] = {
        "aws:principalarn": (_arn(asking),),
        "aws:principalaccount": (asking.account,),
        "aws:principaltype": (type_,),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (unique_id.format(asking) if isinstance(unique_id, str) else unique_id,),
        "kms:calleraccount": (asking.account,),
    }
    return keys | ({"aws:username": (asking.name,)} if asking.kind is Kind.USER else {})


def _arn(asking: Principal) -> str:
    """The ARN of a session's role, not of the session; a session's ARN does not tell the role's path."""
    if asking.kind is Kind.SESSION:
        return f"arn:{asking.partition}:iam::{asking.account}:role/{asking.name}"
    return asking.text
