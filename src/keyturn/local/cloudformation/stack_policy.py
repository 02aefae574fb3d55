"""
Stack policies: which updates of which resources a stack lets through.

Source: CloudFormation user guide, "Prevent updates to stack resources"; the words of a refusal as quoted in public reports.
"""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from keyturn.local.cloudformation.refusal import validation
from keyturn.local.cloudformation.stack import Made

MOST_BYTES = 16_384
ACTIONS = ("Update:Modify", "Update:Replace", "Update:Delete", "Update:*")


def checked(text: str) -> str:
    """
    A policy that can be one.

    Raises:
        Refused: It cannot.
    """
    try:
        document = json.loads(text)
    except ValueError:
        raise validation("Error validating stack policy: Invalid stack policy") from None
    statements = _list(document.get("Statement")) if isinstance(document, dict) else []
    well = all(
        isinstance(each, dict)
        and each.get("Effect") in ("Allow", "Deny")
        and each.get("Principal") == "*"
        and ("Action" in each) != ("NotAction" in each)
        and ("Resource" in each) != ("NotResource" in each)
        and all(str(action) in ACTIONS for action in _list(each.get("Action", each.get("NotAction"))))
        for each in statements
    )
    if not statements or not well or len(text.encode()) > MOST_BYTES:
        raise validation("Error validating stack policy: Invalid stack policy")
    return text


def denied(policy: str | None, doing: str, made: Made) -> str | None:
    """
    Why something may not be done about a resource; None where it may.

    Args:
        policy: None lets everything through.
        doing: `Modify`, `Replace` or `Delete`.
    """
    if policy is None:
        return None
    action = f"Update:{doing}"
    allowed = False
    for number, statement in enumerate(_list(json.loads(policy)["Statement"]), 1):
        if not _meant(statement, action, made):
            continue
        if statement["Effect"] == "Deny":
            return (
                f"Action denied by stack policy: Statement [#{number}] does not allow [{action}]"
                f" for resource [LogicalResourceId/{made.logical}];"
            )
        allowed = True
    if allowed:
        return None
    return f"Action not allowed by stack policy: no statement allows [{action}] for resource [LogicalResourceId/{made.logical}];"


def _meant(statement: Mapping[str, Any], action: str, made: Made) -> bool:
    return (
        _named(statement, "Action", action)
        and _named(statement, "Resource", f"LogicalResourceId/{made.logical}")
        and all(_holds(operator, tests, made) for operator, tests in (statement.get("Condition") or {}).items())
    )


def _named(statement: Mapping[str, Any], what: str, value: str) -> bool:
    if f"Not{what}" in statement:
        return not _matches(statement[f"Not{what}"], value)
    return _matches(statement[what], value)


def _holds(operator: str, tests: Mapping[str, Any], made: Made) -> bool:
    """`StringEquals` and `StringLike` on `ResourceType`: there is nothing else."""
    wanted = _list(tests.get("ResourceType"))
    return made.type in wanted if operator == "StringEquals" else _matches(wanted, made.type)


def _matches(patterns: Any, value: str) -> bool:
    return any(fnmatch.fnmatchcase(value, str(each)) for each in _list(patterns))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
