"""
Decisions as AWS documents them: every vector in `vectors/` names its page.

Tables (`operators`, `elements`, `variables`) have one row a case. The other files have groups: what is given to all cases of a group, and
what each case adds; a case that names statements in `by` or `unmatched` says which decided, and which element of which failed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyturn.cli.simulate import simulate
from keyturn.policy import Decision, Grant, Request, evaluate, kms

VECTORS = Path(__file__).parent / "vectors"
GROUPS = ("principals", "evaluation", "kms", "services", "secrets")
REQUEST = ("principal", "action", "resource", "resource_account", "context", "wildcard_only")
BOB = "arn:aws:iam::111122223333:user/Bob"


def load(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load((VECTORS / f"{name}.yaml").read_text())
    return loaded


def cases() -> Iterator[Any]:
    for name in GROUPS:
        for group in load(name):
            for number, case in enumerate(group["cases"], 1):
                given = {**group.get("given", {}), **case}
                yield pytest.param(given, id=f"{name}: {group['about']} {number}")


CASES = list(cases())


def rows(name: str) -> Iterator[Any]:
    for table in load(name):
        what = table.get("operator") or table["element"]
        for row in table["rows"]:
            yield pytest.param(table, row, id=f"{what} {row}")


def allow(**elements: Any) -> dict[str, Any]:
    """A statement that allows everything, but for these elements."""
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"} | elements
    for name in ("Action", "Resource"):
        if f"Not{name}" in elements:
            del statement[name]
    return statement


def policy(*statements: Any, version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def decide(case: dict[str, Any]) -> Decision:
    request = Request(**{name: case[name] for name in REQUEST if name in case})
    policies = {name: value for name, value in case.items() if name.endswith(("_policy", "_policies", "_boundaries"))}
    if "key_policy" not in case:
        return evaluate(request, **policies)
    grants = [Grant(**{**grant, "operations": frozenset(grant["operations"])}) for grant in case.get("grants", ())]
    return kms.evaluate(request, grants=grants, aws_managed=case.get("aws_managed", False), **policies)


@pytest.mark.parametrize("case", CASES)
def test_decision(case: dict[str, Any]) -> None:
    decision = decide(case)
    assert decision.decision == case["decision"], decision
    if "by" in case:
        assert sorted(str(cited.statement) for cited in decision.by) == sorted(case["by"])
    for statement, element in case.get("unmatched", {}).items():
        assert element in [each.element for each in decision.unmatched if each.statement.sid == statement]


@pytest.mark.parametrize("case", [each for each in CASES if not {"grants", "aws_managed"} & each.values[0].keys()])
def test_simulate_decides_alike(case: dict[str, Any]) -> None:
    line = {name: value for name, value in case.items() if name.endswith(("_policy", "_policies", "_boundaries"))}
    line["request"] = {name: case[name] for name in REQUEST if name in case}
    if "key_policy" in line:
        line["resource_policy"] = line.pop("key_policy")
    (answer,) = simulate([json.dumps(line)])
    assert json.loads(answer)["decision"] == case["decision"], answer


@pytest.mark.parametrize(("table", "row"), list(rows("operators")))
def test_operator(table: dict[str, Any], row: list[Any]) -> None:
    wanted, given, holds = row
    context = {} if given is None else {"test:Key": given}
    statement = allow(Condition={table["operator"]: {"test:key": wanted}})
    decision = evaluate(Request(BOB, "s3:GetObject", context=context), identity_policies=[policy(statement)])
    assert decision.allowed is holds, [str(each) for each in decision.unmatched]


@pytest.mark.parametrize(("table", "row"), list(rows("elements")))
def test_element(table: dict[str, Any], row: list[Any]) -> None:
    named, asked, covers = row
    element = table["element"]
    action, resource = (asked, "*") if element.endswith("Action") else ("s3:GetObject", asked)
    request = Request(BOB, action, resource, resource_account="111122223333")
    decision = evaluate(request, identity_policies=[policy(allow(**{element: named}))])
    assert decision.allowed is covers, decision
    assert covers or decision.unmatched[0].element == element


@pytest.mark.parametrize(("table", "row"), list(rows("variables")))
def test_variable(table: dict[str, Any], row: list[Any]) -> None:
    version, text, context, asked, matches = row
    if "element" in table:
        statement, resource = allow(**{table["element"]: text}), asked
    else:
        statement, resource = allow(Condition={table["operator"]: {"test:key": text}}), "*"
        context = {**context, "test:Key": asked}
    request = Request(BOB, "s3:GetObject", resource, resource_account="111122223333", context=context)
    decision = evaluate(request, identity_policies=[policy(statement, version=version)])
    assert decision.allowed is matches, [str(each) for each in decision.unmatched]


@pytest.mark.parametrize("case", load("undecided"), ids=lambda case: case["about"])
def test_what_aws_leaves_open_is_undecided_and_told(case: dict[str, Any]) -> None:
    request = Request(BOB, "s3:GetObject", "arn:aws:s3:::b/k", resource_account="111122223333", context=case["context"])
    for effect in ("Allow", "Deny"):
        statement = allow(**case["statement"]) | {"Effect": effect, "Sid": "open"}
        decision = evaluate(request, identity_policies=[policy(statement, *([] if effect == "Allow" else [allow()]))])
        assert decision.decision == "undecided"
        assert decision.because == f"it depends on identity_policies[0], statement `open`: {case['because']}"


def test_there_are_enough_and_each_names_its_page() -> None:
    groups = [group for name in GROUPS for group in load(name)]
    tables = [table for name in ("operators", "elements", "variables") for table in load(name)]
    assert all(each["source"].startswith("https://docs.aws.amazon.com/") for each in load("undecided"))
    assert all(each["source"].startswith("https://docs.aws.amazon.com/") for each in [*groups, *tables])
    keys_and_services = [
        case for name in ("kms", "services", "secrets") for group in load(name) for case in group["cases"]
    ]
    assert len(keys_and_services) >= 120
    assert sum(len(table["rows"]) for table in tables) + sum(len(group["cases"]) for group in groups) >= 400
