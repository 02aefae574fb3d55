"""
Who asks: the principal of a request, told by its identifier.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.wording import short
from keyturn.problem import Misuse


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


IDENTITIES = frozenset({Kind.ROOT, Kind.USER, Kind.ROLE, Kind.SESSION, Kind.FEDERATED_USER})
"""The kinds that belong to an account, so that IAM policies may apply to them."""

Values: TypeAlias = tuple[str | Unknown, ...]
"""The values of a condition key in a request."""


class BadRequest(Misuse):
    """A request that cannot be understood."""


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


Named: TypeAlias = "str | Principal | Mapping[str, str]"
"""How a caller may name a principal: `identify()` says which texts and mappings are understood."""

ANONYMOUS = Principal(Kind.ANONYMOUS, "*")
_ARN = re.compile(r"arn:(aws[a-z0-9-]*):(iam|sts)::([0-9]{12}|cloudfront):(.+)")
_HOST = re.compile(r"(https?://)?[a-z0-9-]+(\.[a-z0-9-]+)+(/[^\s]*)?", re.IGNORECASE)
_SERVICE = re.compile(
    r"[a-z0-9._-]+\.(amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu|amazon\.com|c2s\.ic\.gov|sc2s\.sgov\.gov|aws\.internal|aws)"
)
_WEB_IDENTITY = frozenset(
    {"cognito-identity.amazonaws.com", "www.amazon.com", "graph.facebook.com", "accounts.google.com"}
)
_HINT = 'give an ARN, an account id, a service such as lambda.amazonaws.com, or {"type": "Anonymous"}'


def identify(named: Named) -> Principal:
    """
    Tell who a request's principal is.

    Args:
        named: An ARN; the twelve digits of an account, for its root; a service principal; a web identity provider; a canonical user
            id; `*` for an anonymous caller. Or a mapping, which says what kind it is: `{"type": "Anonymous"}`,
            `{"type": "Federated", "id": …}`, and as in policies `{"AWS": …}`, `{"Service": …}`, `{"Federated": …}`, `{"CanonicalUser": …}`.

    Raises:
        BadRequest: It is none of these.
    """
    if isinstance(named, Principal):
        return named
    if isinstance(named, str):
        return _from_text(str(named))
    if isinstance(named, Mapping):
        return _from_mapping(named)
    raise BadRequest("principal: not a text and not an object", hint=_HINT)


@lru_cache(maxsize=4096)
def _from_text(text: str) -> Principal:
    if text == "*" or text.lower() == "anonymous":
        return ANONYMOUS
    if found := _ARN.fullmatch(text):
        return _from_arn(text, *found.groups())
    if re.fullmatch("[0-9]{12}", text):
        return Principal(Kind.ROOT, f"arn:aws:iam::{text}:root", text)
    if re.fullmatch("[0-9a-f]{64}", text):
        return Principal(Kind.CANONICAL, text)
    if text in _WEB_IDENTITY:
        return Principal(Kind.FEDERATED, text)
    if _SERVICE.fullmatch(text):
        return Principal(Kind.SERVICE, text)
    if _HOST.fullmatch(text):
        return Principal(Kind.FEDERATED, text)
    raise BadRequest(f"principal: `{short(text)}` is not a principal", hint=_HINT)


def _from_arn(text: str, partition: str, service: str, account: str, resource: str) -> Principal:
    kind, _, name = resource.partition("/")
    last = name.rpartition("/")[2]
    if service == "iam" and resource == "root":
        return Principal(Kind.ROOT, text, account, partition)
    if last and service == "iam" and kind == "user" and account == "cloudfront":
        return Principal(Kind.ORIGIN, text)
    if last and service == "iam" and kind == "user":
        return Principal(Kind.USER, text, account, partition, last)
    if last and service == "iam" and kind == "role":
        return Principal(Kind.ROLE, text, account, partition, last, service_linked=name.startswith("aws-service-role/"))
    if name and service == "iam" and kind in ("oidc-provider", "saml-provider"):
        return Principal(Kind.FEDERATED, text, account, partition)
    if service == "sts" and kind == "assumed-role" and name.count("/") == 1 and all(name.split("/")):
        role, session = name.split("/")
        linked = role.startswith("AWSServiceRoleFor")
        return Principal(Kind.SESSION, text, account, partition, role, session, service_linked=linked)
    if name and service == "sts" and kind == "federated-user":
        return Principal(Kind.FEDERATED_USER, text, account, partition, session=name)
    raise BadRequest(
        f"principal: `{short(text)}` is not the ARN of a principal", hint="users, roles, sessions and providers can ask"
    )


_BY_TYPE = {"service": Kind.SERVICE, "federated": Kind.FEDERATED, "canonicaluser": Kind.CANONICAL}


def _from_mapping(named: Mapping[str, str]) -> Principal:
    if "type" in named:
        kind = named["type"]
        values = [value for key, value in named.items() if key != "type"]
    elif len(named) == 1:
        ((kind, value),) = named.items()
        values = [value]
    else:
        raise BadRequest(
            "principal: an object with one of AWS, Service, Federated, CanonicalUser is expected", hint=_HINT
        )
    if not isinstance(kind, str):
        raise BadRequest("principal: its type is not a text", hint=_HINT)
    kind = kind.lower()
    if kind == "anonymous":
        return ANONYMOUS
    if len(values) != 1 or not isinstance(values[0], str) or not values[0]:
        raise BadRequest(f"principal: an object of type `{short(kind)}` needs one `id`, a text", hint=_HINT)
    if found := _BY_TYPE.get(kind):
        known = _ARN.fullmatch(values[0])
        return Principal(found, values[0], known[3] if known else "", known[1] if known else "aws")
    return _from_text(values[0])
