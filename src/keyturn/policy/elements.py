"""
The elements Action and Resource, and their opposites: from data to tests that requests are held against.

Each reader notes what is wrong, and takes what is right. With an `Unknown` among the values the test says Unknown where no known value
settles it. What was read is remembered, because most statements name the same actions and resources as many others.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import TypeAlias, TypeVar

from keyturn.graph import Unknown
from keyturn.policy.arn import resource_glob
from keyturn.policy.condition import Truth
from keyturn.policy.fault import Fault, Notes, Steps, Texts
from keyturn.policy.match import Globs, tokens
from keyturn.policy.request import Request
from keyturn.policy.variable import Template, resolve, template
from keyturn.policy.wording import short

ActionTest: TypeAlias = Callable[[str], Truth]
"""Whether an action, in lower case, is one of an element's."""

ResourceTest: TypeAlias = Callable[[Request], Truth]
"""Whether the resource of a request is one of an element's."""

_Asked = TypeVar("_Asked")

_ACTION = re.compile(r"\*|[A-Za-z0-9*?-]+:[A-Za-z0-9*?_.-]+", re.ASCII)
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
_API, _OWN_API = "execute-api:/", "arn:*:execute-api:*:*:*/"
"""How the policy of an API may begin the names of its own resources, and what that stands for."""
_VARIABLE = re.compile(r"\$\{[^}]*\}")


def actions(data: object, path: Steps, notes: Notes, *, negated: bool) -> ActionTest:
    """Read Action or NotAction."""
    test, faults = _actions(notes.texts(data, path, "an action"), negated)
    if faults:
        notes.take(faults, data, path)
    return test


@lru_cache(maxsize=1024)
def _actions(texts: Texts, negated: bool) -> tuple[ActionTest, Sequence[Fault]]:
    known: list[str] = []
    unknown: Unknown | None = None
    faults: list[Fault] = []
    for index, text in enumerate(texts):
        if isinstance(text, Unknown):
            unknown = text
        elif _ACTION.fullmatch(text):
            known.append(text.lower())
        else:
            hint = "service:Action is expected, e.g. kms:Decrypt"
            faults.append(Fault((index,), f"`{short(text)}` is not an action", hint))
    return _alternatives(Globs(map(tokens, known)).matches, unknown, negated=negated), faults


def resources(
    data: object, path: Steps, notes: Notes, *, variables: bool, completed: bool | None, negated: bool
) -> ResourceTest:
    """
    Read Resource or NotResource.

    Args:
        variables: Whether the document's version knows policy variables.
        completed: Whether ARNs of fewer than six parts are completed with `*`, as AWS does for policies of identities; None if they
            are not accepted, as in session policies.
    """
    test, faults = _resources(notes.texts(data, path, "a resource"), variables, completed, negated)
    if faults:
        notes.take(faults, data, path)
    return test


@lru_cache(maxsize=1024)
def _resources(
    texts: Texts, variables: bool, completed: bool | None, negated: bool
) -> tuple[ResourceTest, Sequence[Fault]]:
    constant: list[str] = []
    variable: list[Template] = []
    unknown: Unknown | None = None
    faults: list[Fault] = []
    for index, text in enumerate(texts):
        if isinstance(text, Unknown):
            unknown = text
            continue
        arn = _OWN_API + text.removeprefix(_API) if completed is False and text.startswith(_API) else text
        if not arn.startswith(("arn:", "*", "${")):
            faults.append(Fault((index,), f"`{short(text)}` is not a resource", "an ARN or `*` is expected"))
        missing = max(0, 5 - _VARIABLE.sub("", arn).count(":")) if arn.startswith("arn:") else 0
        if missing and completed is None:
            hint = "a session policy needs all six parts"
            faults.append(Fault((index,), f"`{short(text)}` is not a whole ARN", hint))
        if missing and completed:
            arn += ":*" * missing
        if not variables or "${" not in arn:
            constant.append(arn)
        elif isinstance(parts := template(arn), Unknown):
            unknown = parts
        else:
            variable.append(parts)
    return _alternatives(_resource_test(constant, variable), unknown, negated=negated), faults


def _resource_test(constant: Sequence[str], variable: Sequence[Template]) -> ResourceTest:
    globs = Globs(map(tokens, constant), make=resource_glob)
    if globs.everything:
        return lambda _: True
    if not variable:
        return partial(_named, globs)

    def test(request: Request) -> Truth:
        asked = request.resource
        if isinstance(asked, Unknown):
            return asked
        if globs.matches(asked):
            return True
        resolved = [resolve(parts, request.context) for parts in variable]
        if any(resource_glob(each).matches(asked) for each in resolved if isinstance(each, tuple)):
            return True
        return next((each for each in resolved if isinstance(each, Unknown)), False)

    return test


def _named(globs: Globs, request: Request) -> Truth:
    """Whether one of these names the request's resource; of one whose name is not known nobody knows."""
    asked = request.resource
    return asked if isinstance(asked, Unknown) else globs.matches(asked)


def _alternatives(
    test: Callable[[_Asked], Truth], unknown: Unknown | None, *, negated: bool
) -> Callable[[_Asked], Truth]:
    """A test of which one more alternative may be unknown; for `Not…`, the opposite of that."""
    positive: Callable[[_Asked], Truth] = test if unknown is None else lambda asked: test(asked) or unknown

    def opposite(asked: _Asked) -> Truth:
        truth = positive(asked)
        return truth if isinstance(truth, Unknown) else not truth

    return opposite if negated else positive
