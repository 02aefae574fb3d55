"""
The elements Action, Resource and Principal, and their opposites: from data to tests that requests are held against.

Each reader notes what is wrong, and takes what is right. With an `Unknown` among the values the test says Unknown where no known value
settles it.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html,
…/reference_policies_elements_resource.html, …/reference_policies_elements_principal.html, …/reference_policies_elements_notprincipal.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from keyturn.graph import Unknown
from keyturn.policy.condition import Truth
from keyturn.policy.fault import Notes, Steps, did_you_mean, kind, short
from keyturn.policy.match import Globs, Tokens, resource_glob, tokens
from keyturn.policy.principal import Kind, Principal
from keyturn.policy.request import Request
from keyturn.policy.statement import Doubt, Names, Reach
from keyturn.policy.variable import Template, fixed, resolve, template

Matcher: TypeAlias = Callable[[Request], Truth]
Naming: TypeAlias = Callable[[Request], "Reach | Doubt"]

_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?_.-]+", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{12}")
_ARN = re.compile(
    r"arn:aws[a-z0-9-]*:(?:iam|sts)::([0-9]{12}|cloudfront):(root|(?:user|role|assumed-role|federated-user)/.+)",
    re.DOTALL,
)
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,}")
_KINDS = {"Service": Kind.SERVICE, "Federated": Kind.FEDERATED, "CanonicalUser": Kind.CANONICAL}


def actions(data: object, path: Steps, notes: Notes, *, negated: bool) -> Matcher:
    """Read Action or NotAction."""
    known: list[Tokens] = []
    unknown: Unknown | None = None
    for place, text in notes.texts(data, path, "an action"):
        if isinstance(text, Unknown):
            unknown = text
        elif _ACTION.fullmatch(text):
            known.append(tokens(text.lower()))
        else:
            notes.add(place, f"`{short(text)}` is not an action", "service:Action is expected, e.g. kms:Decrypt")
    matches = Globs(known).matches
    return (
        _opposite(lambda request: matches(request.action_key), unknown)
        if negated
        else _with(lambda request: matches(request.action_key), unknown)
    )


def resources(data: object, path: Steps, notes: Notes, *, variables: bool, negated: bool) -> Matcher:
    """Read Resource or NotResource; `variables` says whether the document's version knows policy variables."""
    constant: list[Tokens] = []
    variable: list[Template] = []
    unknown: Unknown | None = None
    for place, text in notes.texts(data, path, "a resource"):
        if isinstance(text, Unknown):
            unknown = text
            continue
        if not text.startswith(("arn:", "*", "${")):
            notes.add(place, f"`{short(text)}` is not a resource", "an ARN or * is expected")
        parts = template(text, variables=variables)
        ready = fixed(parts)
        if ready is None:
            variable.append(parts)
        else:
            constant.append(ready)
    test = _resource_test(constant, variable)
    return _opposite(test, unknown) if negated else _with(test, unknown)


def _resource_test(constant: list[Tokens], variable: list[Template]) -> Matcher:
    globs = Globs(constant, make=resource_glob)
    if not variable:
        return lambda request: globs.matches(request.resource)

    def test(request: Request) -> Truth:
        if globs.matches(request.resource):
            return True
        resolved = [resolve(parts, request.context) for parts in variable]
        if any(resource_glob(each).matches(request.resource) for each in resolved if isinstance(each, tuple)):
            return True
        return next((each for each in resolved if isinstance(each, Unknown)), False)

    return test


def _with(test: Matcher, unknown: Unknown | None) -> Matcher:
    """A test of which one more alternative is unknown."""
    if unknown is None:
        return test
    return lambda request: test(request) or unknown


def _opposite(test: Matcher, unknown: Unknown | None) -> Matcher:
    """The opposite of a test of which one more alternative may be unknown."""
    positive = _with(test, unknown)

    def opposite(request: Request) -> Truth:
        truth = positive(request)
        return truth if isinstance(truth, Unknown) else not truth

    return opposite


def principals(data: object, path: Steps, notes: Notes) -> Naming:
    """Read Principal."""
    names = _names(data, path, notes)
    if not names.unknown:
        return lambda request: names.reach(request.principal)
    because = names.unknown[0].because

    def reach(request: Request) -> Reach | Doubt:
        least = names.reach(request.principal)
        return least if least is Reach.DIRECT else Doubt(least, Reach.DIRECT, because)

    return reach


def not_principals(data: object, path: Steps, notes: Notes, *, denies: bool) -> Naming:
    """
    Read NotPrincipal.

    An Allow is for all who are not named. A Deny spares only who is named together with the account, and for a session with the role
    too: without those AWS says that it may deny them all the same, so that is a doubt.
    """
    names = _names(data, path, notes)

    def reach(request: Request) -> Reach | Doubt:
        asking = request.principal
        named = names.reach(asking)
        if denies and named is Reach.ACCOUNT:
            named = Reach.NONE
        if named is Reach.NONE:
            return Doubt(Reach.NONE, Reach.DIRECT, names.unknown[0].because) if names.unknown else Reach.DIRECT
        if denies and (missing := _not_named_with(asking, names)):
            return Doubt(
                Reach.NONE,
                Reach.DIRECT,
                f"NotPrincipal names {asking} but not its {missing}, so AWS may deny it all the same",
            )
        return Reach.NONE

    return reach


def _not_named_with(asking: Principal, names: Names) -> str:
    """What a NotPrincipal that names a principal should also name: its role, its account; empty if it names them."""
    if names.everyone or not asking.account or asking.kind is Kind.FEDERATED:
        return ""
    if asking.kind is Kind.SESSION and asking.text not in names.arns:
        return "session"
    if asking.kind is Kind.SESSION and (asking.account, asking.name) not in names.roles:
        return "role"
    return "" if asking.account in names.accounts else "account"


def _names(data: object, path: Steps, notes: Notes) -> Names:
    if isinstance(data, Unknown):
        return Names(unknown=(data,))
    if data == "*":
        return Names(everyone=True)
    if not isinstance(data, Mapping):
        notes.add(
            path,
            f"{kind(data)} is not a principal",
            '"*", or an object with AWS, Service, Federated or CanonicalUser is expected',
        )
        return Names()
    accounts: set[str] = set()
    arns: set[str] = set()
    others: set[tuple[Kind, str]] = set()
    unknown: list[Unknown] = []
    everyone = False
    for name, values in data.items():
        if name != "AWS" and name not in _KINDS:
            notes.add((*path, str(name)), "no such kind of principal", did_you_mean(str(name), ("AWS", *_KINDS)))
            continue
        for place, text in notes.texts(values, (*path, name), "a principal"):
            if isinstance(text, Unknown):
                unknown.append(text)
            elif name in _KINDS:
                others.add((_KINDS[name], str(text)))
            elif text == "*":
                everyone = True
            elif _ACCOUNT.fullmatch(text):
                accounts.add(str(text))
            elif (found := _ARN.fullmatch(text)) and not {"*", "?"} & set(text):
                if found[2] == "root":
                    accounts.add(found[1])
                else:
                    arns.add(str(text))
            elif _UNIQUE_ID.fullmatch(text):
                arns.add(str(text))
            else:
                wild = "no wildcard can stand within it: use * with a condition on aws:PrincipalArn"
                notes.add(
                    place,
                    f"`{short(text)}` is not a principal",
                    wild if found else "an account id or the ARN of a user, role or session is expected",
                )
    roles = frozenset((arn.split(":")[4], arn.rpartition("/")[2]) for arn in arns if ":role/" in arn)
    return Names(everyone, frozenset(accounts), frozenset(arns), roles, frozenset(others), tuple(unknown))
