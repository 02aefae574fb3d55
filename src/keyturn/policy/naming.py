"""
The elements Principal and NotPrincipal: from data to how closely they name who asks.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.fault import OBJECT, Fault, Notes, Steps, Texts
from keyturn.policy.principal import DIRECT, ELEMENTS, NONE, Kind, Principal, Reach, other_name, role_name, user_name
from keyturn.policy.request import Request
from keyturn.policy.statement import Doubt
from keyturn.policy.wording import did_you_mean, kind, short

Naming: TypeAlias = Callable[[Request], "Reach | Doubt"]

_KINDS = ("AWS", *ELEMENTS.values())
_EXPECTED = "`*`, or an object with AWS, Service, Federated or CanonicalUser is expected"
_ACCOUNT = re.compile(r"[0-9]{12}")
_OF_IAM = re.compile(r"arn:aws[a-z0-9-]*:iam::([0-9]{12}|cloudfront):(?:root|(user|role)/(?:.*/)?([^/]+))")
_OF_STS = re.compile(r"arn:aws[a-z0-9-]*:sts::[0-9]{12}:(?:assumed-role/[^/]+|federated-user)/[^/]+")
_SERVICE = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,}")


@dataclass(slots=True)
class Names:
    """
    The principals that an element names.

    Attributes:
        everyone: It has a `*`.
        named: What the others are called by: account numbers, ARNs, unique ids, `role_name`, `user_name`, `other_name`.
        unknown: What of it is unknown.
    """

    everyone: bool = False
    named: set[str] = field(default_factory=set)
    unknown: list[Unknown] = field(default_factory=list)

    def reach(self, asking: Principal) -> Reach:
        """How closely who asks is named, as far as is known."""
        if self.everyone:
            return DIRECT
        for name, reach in asking.names:
            if name in self.named:
                return reach
        return NONE

    def add(self, text: str) -> bool:
        """Take what stands under `AWS` into account; False if that is no principal."""
        if text == "*":
            self.everyone = True
        elif _ACCOUNT.fullmatch(text) or _UNIQUE_ID.fullmatch(text):
            self.named.add(text)
        elif "*" in text or "?" in text:
            return False
        elif _OF_STS.fullmatch(text):
            self.named.add(text)
        elif found := _OF_IAM.fullmatch(text):
            account, what, name = found.groups()
            self.named.add(text)
            match what:
                case None:
                    self.named.add(account)
                case "role":
                    self.named.add(role_name(account, name))
                case "user":
                    self.named.add(user_name(account, name))
        else:
            return False
        return True


def principals(data: object, path: Steps, notes: Notes) -> Naming:
    """Read Principal."""
    names = _names(data, path, notes)
    if names.everyone:
        return lambda _: DIRECT

    def reach(request: Request) -> Reach | Doubt:
        asking = request.principal
        least = names.reach(asking)
        if least is DIRECT:
            return least
        if names.unknown:
            return Doubt(least, DIRECT, names.unknown[0].because)
        if asking.session and asking.kind is Kind.FEDERATED_USER and _maker(asking) in names.named:
            return Doubt(least, Reach.ROLE, "the ARN of a federated user session does not tell which user made it")
        return least

    return reach


def _maker(asking: Principal) -> str:
    """The user who may have made a federated user session: one of the same name."""
    return user_name(asking.account, asking.session)


def not_principals(data: object, path: Steps, notes: Notes, *, denies: bool) -> Naming:
    """
    Read NotPrincipal.

    A Deny spares only who is named together with the account, and for a session with the role too: without those AWS says that it
    may deny them all the same, so that is a doubt. With Allow, which would be for all who are not named, AWS does not support it.
    """
    names = _names(data, path, notes)
    if not denies:
        return lambda request: (
            NONE
            if names.reach(request.principal) is not NONE
            else Doubt(NONE, DIRECT, "AWS does not support NotPrincipal with Allow")
        )

    def reach(request: Request) -> Reach | Doubt:
        asking = request.principal
        named = names.reach(asking)
        if named <= Reach.ACCOUNT:
            return Doubt(NONE, DIRECT, names.unknown[0].because) if names.unknown else DIRECT
        if missing := _not_named_with(asking, names):
            because = f"NotPrincipal names {asking} but not its {missing}, so AWS may deny it all the same"
            return Doubt(NONE, DIRECT, because)
        return NONE

    return reach


def _not_named_with(asking: Principal, names: Names) -> str:
    """What a NotPrincipal that names a principal should name besides: its session, role or account; empty if it names them all."""
    if names.everyone or not asking.account or asking.kind is Kind.FEDERATED:
        return ""
    if asking.kind is Kind.SESSION and asking.text not in names.named:
        return "session"
    if asking.kind is Kind.SESSION and role_name(asking.account, asking.name) not in names.named:
        return "role"
    return "" if asking.account in names.named else "account"


def _names(data: object, path: Steps, notes: Notes) -> Names:
    names = Names()
    if isinstance(data, Unknown):
        names.unknown.append(data)
    elif data == "*":
        names.everyone = True
    elif not isinstance(data, OBJECT):
        notes.add(path, f"{kind(data)} is not a principal", _EXPECTED)
    else:
        kinds = []
        for name, values in data.items():
            if name in _KINDS:
                kinds.append((name, notes.texts(values, (*path, name), "a principal")))
            else:
                hint = did_you_mean(str(name), _KINDS) or _EXPECTED
                notes.add((*path, str(name)), "no such kind of principal", hint)
        names, faults = _read(tuple(kinds))
        for name, fault in faults:
            notes.take((fault,), data[name], (*path, name))
    return names


@lru_cache(maxsize=1024)
def _read(kinds: tuple[tuple[str, Texts], ...]) -> tuple[Names, Sequence[tuple[str, Fault]]]:
    """The names, and which of those that stand under a kind of principal are none; remembered, since most name whom many others name."""
    names = Names()
    faults: list[tuple[str, Fault]] = []
    for name, texts in kinds:
        for index, text in enumerate(texts):
            if isinstance(text, Unknown):
                names.unknown.append(text)
            elif name == "AWS":
                if not names.add(str(text)):
                    faults.append((name, Fault((index,), f"`{short(text)}` is not a principal", _hint(text))))
            else:
                if name == "Service" and not _SERVICE.fullmatch(text):
                    hint = "one such as lambda.amazonaws.com is expected"
                    faults.append((name, Fault((index,), f"`{short(text)}` is not a service", hint)))
                names.named.add(other_name(name, text))
    return names, faults


def _hint(text: str) -> str:
    if "*" in text or "?" in text:
        return "wildcards cannot stand within one: use `*` with a condition on aws:PrincipalArn"
    if _KINDS_BY_LOOK.search(text):
        return "services stand under Service, identity providers under Federated"
    if _MIXED_UP.search(text):
        return "users and roles are of iam, sessions of sts: `assumed-role/ROLE/SESSION`"
    return "an account id, or the ARN of a user, role or session, is expected"


_MIXED_UP = re.compile(r":sts::[^:]*:|:(assumed-role|federated-user)/")
_KINDS_BY_LOOK = re.compile(r"^[a-z0-9.-]+\.(com|cn|aws)$|:(saml|oidc)-provider/")
