"""The line as CloudWatch reads it: metrics in the embedded metric format, by its specification."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pymysql
import pytest

from keyturn.rotation.errors import RotationError
from secretsmanager import ARN
from servers import Database
from world import DAY, HOUR, World, make

FUNCTION = "rotation-function-dev-001"

UNITS = [
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits",
    "Kilobits", "Megabits", "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second",
    "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second",
    "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
]  # fmt: skip

# What the specification demands, in its own terms. CloudWatch user guide, "Specification: Embedded metric format", and the
# units of MetricDatum in the API reference; read 2026-11.
METRIC = {
    "type": "object",
    "required": ["Name"],
    "additionalProperties": False,
    "properties": {
        "Name": {"type": "string", "minLength": 1, "maxLength": 1024},
        "Unit": {"enum": UNITS},
        "StorageResolution": {"enum": [1, 60]},
    },
}
DIRECTIVE = {
    "type": "object",
    "required": ["Namespace", "Dimensions", "Metrics"],
    "additionalProperties": False,
    "properties": {
        "Namespace": {"type": "string", "minLength": 1, "maxLength": 1024},
        "Dimensions": {
            "type": "array",
            "minItems": 1,
            "items": {"type": "array", "maxItems": 30, "items": {"type": "string", "minLength": 1, "maxLength": 250}},
        },
        "Metrics": {"type": "array", "maxItems": 100, "items": METRIC},
    },
}
DOCUMENT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {"type": "array", "items": DIRECTIVE},
            },
        }
    },
}


@pytest.fixture
def in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_LAMBDA_FUNCTION_NAME", FUNCTION)


def metrics(line: dict[str, Any]) -> dict[tuple[str, ...], dict[str, float]]:
    """What CloudWatch takes out of a line: values by dimensions and name. What it would not take fails."""
    jsonschema.validate(line, DOCUMENT)
    found: dict[tuple[str, ...], dict[str, float]] = {}
    for directive in line["_aws"]["CloudWatchMetrics"]:
        for dimensions in directive["Dimensions"]:
            values = found.setdefault(tuple(line[name] for name in dimensions), {})
            assert all(isinstance(line[name], str) and 0 < len(line[name]) <= 1024 for name in dimensions)
            for metric in directive["Metrics"]:
                assert type(line[metric["Name"]]) in (int, float)
                values[metric["Name"]] = line[metric["Name"]]
    return found


@pytest.mark.usefixtures("in_lambda")
def test_every_line_of_a_life_is_a_document_of_the_format(world: World) -> None:
    world.rotate()
    world.rotate()
    with pytest.raises(RotationError):
        world.rotate()  # Within the grace period.
    world.manager.pass_time(DAY + HOUR)
    world.recover()
    world.tick()
    for operation in ("status", "rollback", "discard"):
        world.ask(operation)
    with pytest.raises(RotationError):
        world.handle({"Step": "no such step"})
    steps = {step for line in world.runs() for _, *rest in metrics(line) for step in rest}
    assert steps == {
        "createSecret", "setSecret", "testSecret", "finishSecret", "discard", "status", "rollback", "unknown",
    }  # fmt: skip


@pytest.mark.usefixtures("in_lambda")
def test_a_failure_is_counted_and_a_postponement_is_not(world: World) -> None:
    world.rotate()
    world.rotate()
    with pytest.raises(RotationError):
        world.rotate()
    assert world.runs()[-1]["outcome"] == "postponed"
    assert metrics(world.runs()[-1])[FUNCTION,]["failures"] == 0
    world.database.server.execute("ALTER USER %s@'%%' ACCOUNT LOCK", (world.user,))
    with pytest.raises(RotationError):
        world.recover()
    assert metrics(world.runs()[-1])[FUNCTION,]["failures"] == 1


@pytest.mark.usefixtures("in_lambda")
def test_the_age_of_the_old_password_and_what_is_overdue(world: World) -> None:
    world.rotate()
    world.rotate()
    world.manager.pass_time(HOUR)
    world.tick()
    told = metrics(world.runs()[-1])[FUNCTION,]
    assert HOUR <= told["old_password_age"] < HOUR + 60
    assert (told["overdue"], told["unfinished"]) == (0, 0)

    world.manager.pass_time(DAY)
    assert HOUR <= world.ask("status")["overdue"] < HOUR + 60
    world.tick()
    assert world.runs()[-1]["outcome"] == "done"
    assert metrics(world.runs()[-1])[FUNCTION,]["overdue"] == 0, "it has been discarded"
    assert world.ask("status")["overdue"] == 0


@pytest.mark.usefixtures("in_lambda")
def test_a_discard_that_cannot_be_done_is_overdue(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWSCURRENT is proved before anything is discarded; while it cannot be, the old password goes on working."""
    world.rotate()
    world.rotate()
    world.manager.pass_time(DAY + 3 * HOUR)

    def unreachable(*_: Any, **__: Any) -> None:
        raise pymysql.err.OperationalError(2003, "")

    monkeypatch.setattr("keyturn.rotation.custody.Custody.log_in_everywhere", unreachable)
    with pytest.raises(RotationError):
        world.tick()
    told = metrics(world.runs()[-1])[FUNCTION,]
    assert told["failures"] == 1
    assert 3 * HOUR <= told["overdue"] < 3 * HOUR + 60


@pytest.mark.usefixtures("in_lambda")
def test_a_rotation_that_does_not_end_is_told_by_the_hourly_run(world: World) -> None:
    world.rotate()

    def only_create(event: dict[str, Any]) -> None:
        if event["Step"] != "createSecret":
            raise KeyboardInterrupt
        world.handle(event)

    with pytest.raises(KeyboardInterrupt):
        world.manager.rotate(only_create)
    world.manager.pass_time(7 * HOUR)
    world.tick()
    assert 7 * HOUR <= metrics(world.runs()[-1])[FUNCTION,]["unfinished"] < 7 * HOUR + 60
    world.recover()
    world.tick()
    assert metrics(world.runs()[-1])[FUNCTION,]["unfinished"] == 0


@pytest.mark.usefixtures("in_lambda")
def test_what_is_answered_is_the_line_without_what_is_cloudwatchs(world: World) -> None:
    answer = world.ask("status")
    line = json.loads(world.written.getvalue().splitlines()[-1])
    assert answer["secret"] == line["secret"] == ARN
    assert "_aws" not in answer


@pytest.mark.usefixtures("in_lambda")
@pytest.mark.parametrize("strategy", ["single-user", "alternating-users"])
def test_a_plain_strategy_is_not_taken_for_silent(database: Database, strategy: str) -> None:
    """The alarm on what is overdue takes silence for a fault; there is nothing to discard here, and that is said."""
    world = make(database, STRATEGY=strategy)
    world.tick()
    assert metrics(world.runs()[-1])[FUNCTION,]["overdue"] == 0
    world.kind.make(world, "The first, 1")
    world.manager.put_by_hand(json.dumps({"username": world.user, "password": "The first, 1"}))
    world.tick()
    told = metrics(world.runs()[-1])[FUNCTION,]
    assert (told["failures"], told["overdue"], told["unfinished"]) == (0, 0, 0)
