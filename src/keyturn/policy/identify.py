"""
Who asks, told by an identifier: an ARN, an account, a service, a provider.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TypeAlias

from keyturn.policy.principal import Kind, Principal
from keyturn.policy.wording import short
from keyturn.problem import Misuse


class BadRequest(Misuse):
    """A request that cannot be understood."""


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
