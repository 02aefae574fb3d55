"""Rotation schedules: which Secrets Manager takes, when their windows are, and what the clock does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from keyturn.facts.rotation_rules import misfit
from keyturn.local.call import Refused
from keyturn.local.secretsmanager import schedule
from processes import eventually
from test_rotation import ALL, NAME, World, world

__all__ = ["world"]

NOW = datetime(2026, 11, 24, 2, 30, 15, tzinfo=UTC)  # a Tuesday

EXAMPLES = [
    "rate(4 hours)",
    "rate(1 day)",
    "rate(10 days)",
    "rate(999 days)",
    "cron(0 /8 * * ? *)",
    "cron(0 8/8 * * ? *)",
    "cron(0 2/10 * * ? *)",
    "cron(0 4/12 * * ? *)",
    "cron(0 10 * * ? *)",
    "cron(0 18 ? * SAT *)",
    "cron(0 8 1 * ? *)",
    "cron(0 1 ? 1/3 SUN#1 *)",
    "cron(0 17 L * ? *)",
    "cron(0 8 ? * MON-FRI *)",
    "cron(0 16 1,15 * ? *)",
    "cron(0 0 ? * SUN#1 *)",
    "cron(0 0 ? 1/11 2#1 *)",
    "cron(0 0 ? * SUNL *)",
    "cron(0 0 1/10 JAN,APR,JUL,OCT ? *)",
]
"""Of the user guide's page on rotation schedules."""

NONE = [
    "",
    "rate(3 hours)",
    "rate(1000 days)",
    "rate(99999999999999999999 days)",
    "rate(-4 hours)",
    "rate(4.5 hours)",
    "rate(4 hour)",
    "rate(1 days)",
    "rate(1 week)",
    "rate(04 hours) ",
    "rate(\u0664 hours)",
    "Rate(4 hours)",
    "cron(0 8 1 * ?)",
    "cron(0 8 1 * ? * *)",
    "cron(0 8 * * * *)",
    "cron(0 8 ? * ? *)",
    "cron(5 8 1 * ? *)",
    "cron(* 8 1 * ? *)",
    "cron(0 * 1 * ? *)",
    "cron(0 0/2 * * ? *)",
    "cron(0 0/00 * * ? *)",
    "cron(0 8/ * * ? *)",
    "cron(0 8- * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 -1 * * ? *)",
    "cron(0 \u0668 * * ? *)",
    "cron(0 1,22 * * ? *)",
    "cron(0 21,0 ? * SUN-TUE *)",
    "cron(0 8 0 * ? *)",
    "cron(0 8 32 * ? *)",
    "cron(0 8 32W * ? *)",
    "cron(0 8 31 2 ? *)",
    "cron(0 8 ? * 8 *)",
    "cron(0 8 ? * MON#6 *)",
    "cron(0 8 ? * MON#0 *)",
    "cron(0 8 ? * 9L *)",
    "cron(0 8 1 13 ? *)",
    "cron(0 8 1 JANUARY ? *)",
    "cron(0 8 1 * ? 2027)",
    "cron(0 8 1 * ? *); rate(1 day)",
]


def taken(**rules: Any) -> bool:
    told = ""
    try:
        schedule.check(rules, NOW)
    except Refused as refused:
        told = f"{refused.code}: {refused.message}"
    assert not told or told.startswith("InvalidParameterException: ")
    assert "\n" not in told
    return not told


class TestARule:
    @pytest.mark.parametrize("expression", EXAMPLES)
    def test_of_the_guide_is_taken(self, expression: str) -> None:
        assert taken(ScheduleExpression=expression)
        assert misfit(None, expression, None) is None, "and no check objects"
        start, end = schedule.window({"ScheduleExpression": expression}, NOW) or (NOW, NOW)
        assert NOW < start < end
        assert (start.minute, start.second, start.microsecond) == (0, 0, 0)

    @pytest.mark.parametrize("expression", NONE)
    def test_that_is_none_is_refused(self, expression: str) -> None:
        assert not taken(ScheduleExpression=expression)

    @pytest.mark.parametrize(
        ("expression", "longest"),
        [
            ("rate(4 hours)", 4),
            ("rate(10 hours)", 10),
            ("rate(1 day)", 24),
            ("rate(30 days)", 24),
            ("cron(0 0/4 * * ? *)", 4),
            ("cron(0 0,5 * * ? *)", 5),
            ("cron(0 8/8 * * ? *)", 8),
            ("cron(0 4,16 ? * MON *)", 8),
            ("cron(0 22 * * ? *)", 2),
            ("cron(0 23 L * ? *)", 1),
            ("cron(0 0 1 * ? *)", 24),
        ],
    )
    def test_has_a_window_that_reaches_neither_the_next_nor_another_day(self, expression: str, longest: int) -> None:
        allowed = [hours for hours in range(1, 25) if taken(ScheduleExpression=expression, Duration=f"{hours}h")]
        assert allowed == list(range(1, longest + 1))

    @pytest.mark.parametrize("length", ["0h", "25h", "h", "3", "3H", "-1h", "1h30m", "99999h", "\u0663h", " 3h"])
    def test_has_a_window_of_whole_hours(self, length: str) -> None:
        assert not taken(ScheduleExpression="rate(1 day)", Duration=length)
        assert not taken(AutomaticallyAfterDays=1, Duration=length)

    def test_is_in_days_or_an_expression(self) -> None:
        with pytest.raises(Refused, match="both rotation frequency and schedule expression together"):
            schedule.check({"AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(1 day)"}, NOW)
        assert [days for days in (-1, 0, 1, 1000, 1001) if taken(AutomaticallyAfterDays=days)] == [1, 1000]


@pytest.mark.parametrize(
    ("rules", "start", "end"),
    [
        ({"AutomaticallyAfterDays": 1}, "11-25 00:00", "11-26 00:00"),
        ({"AutomaticallyAfterDays": 1, "Duration": "3h"}, "11-25 00:00", "11-25 03:00"),
        ({"ScheduleExpression": "rate(10 days)"}, "12-04 00:00", "12-05 00:00"),
        ({"ScheduleExpression": "rate(4 hours)"}, "11-24 06:00", "11-24 07:00"),
        ({"ScheduleExpression": "rate(24 hours)", "Duration": "2h"}, "11-25 02:00", "11-25 04:00"),
        ({"ScheduleExpression": "cron(0 8/8 * * ? *)"}, "11-24 08:00", "11-24 09:00"),
        ({"ScheduleExpression": "cron(0 22 * * ? *)"}, "11-24 22:00", "11-25 00:00"),
        ({"ScheduleExpression": "cron(0 22 * * ? *)", "Duration": "2h"}, "11-24 22:00", "11-25 00:00"),
        ({"ScheduleExpression": "cron(0 2 * * ? *)"}, "11-25 02:00", "11-26 00:00"),
        ({"ScheduleExpression": "cron(0 17 L * ? *)", "Duration": "1h"}, "11-30 17:00", "11-30 18:00"),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_windows_open_and_close(rules: dict[str, Any], start: str, end: str) -> None:
    window = schedule.window(rules, NOW)
    assert window
    assert [f"{moment:%m-%d %H:%M}" for moment in window] == [start, end]


def test_rules_without_a_schedule_rotate_never() -> None:
    assert schedule.window({"Duration": "3h"}, NOW) is None
    assert schedule.window({}, NOW) is None


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("rate(10 days)", 10),
        ("rate(4 hours)", None),
        ("rate(36 hours)", 1),
        ("cron(0 8 ? * SAT *)", 7),
        ("cron(0 0/4 * * ? *)", None),
        ("cron(0 8 1 * ? *)", 31),
    ],
)
def test_days_are_worked_out_from_the_schedule(expression: str, days: int | None) -> None:
    assert schedule.days({"ScheduleExpression": expression}, NOW) == days


@pytest.fixture
def rotated(world: World) -> Callable[..., None]:
    """Rotates the secret once and leaves it to its rules."""

    def rotate(**rules: Any) -> None:
        world.deploy()
        world.permit()
        world.rotate(RotationRules=rules)
        assert eventually(lambda: world.steps == ALL and world.described().get("LastRotatedDate") is not None)

    return rotate


def test_a_clock_that_is_moved_over_months_misses_no_window(world: World, rotated: Callable[..., None]) -> None:
    rotated(ScheduleExpression="cron(0 23 L * ? *)", Duration="1h")
    world.cloud.clock.advance(timedelta(days=100))
    runs = world.steps.count("finishSecret") - 1
    assert runs in (3, 4), "so many months end in a hundred days"
    last = world.described()["LastRotatedDate"].astimezone(UTC)
    assert ((last + timedelta(days=1)).day, last.hour) == (1, 23), "before the UTC day ends"
    due = world.described()["NextRotationDate"].astimezone(UTC)
    assert (due.day, due.hour, due.minute) == (1, 0, 0)


def test_a_secret_that_is_restored_goes_on_with_its_schedule(world: World, rotated: Callable[..., None]) -> None:
    rotated(AutomaticallyAfterDays=1)
    world.manager.delete_secret(SecretId=NAME, RecoveryWindowInDays=7)
    world.cloud.clock.advance(timedelta(days=3))
    assert world.steps == ALL, "what is being deleted is not rotated"
    world.manager.restore_secret(SecretId=NAME)
    world.cloud.clock.settle(10)
    assert world.steps == ALL, "nor at once"
    world.cloud.clock.advance(timedelta(days=2))
    assert world.steps == ALL * 3


def test_what_is_cancelled_in_the_middle_stops(world: World) -> None:
    code = """
        import boto3
        def handler(event, context):
            print("runs", event["Step"])
            if event["Step"] == "setSecret":
                boto3.client("secretsmanager").cancel_rotate_secret(SecretId=event["SecretId"])
    """
    world.function = world._make_function(code)
    world.permit()
    version = world.rotate()
    world.cloud.clock.advance(timedelta(days=10))
    assert [line for line in world.log if line.startswith("runs")] == ["runs createSecret", "runs setSecret"]
    assert world.stages == {world.first: ["AWSCURRENT"], version: ["AWSPENDING"]}
    told = world.described()
    assert told["RotationEnabled"] is False
    assert not {"LastRotatedDate", "NextRotationDate"} & told.keys()
    assert world.manager.cancel_rotate_secret(SecretId=NAME)["VersionId"] == version
    with pytest.raises(world.manager.exceptions.InvalidRequestException, match="A previous rotation isn't complete"):
        world.rotate()
    world.manager.update_secret_version_stage(SecretId=NAME, VersionStage="AWSPENDING", RemoveFromVersionId=version)
    assert world.rotate() != version
