"""Schedule expressions: when they come, and which are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from keyturn.local.cron import BadExpression, cron, rate

START = datetime(2026, 11, 24, 2, 30, 15, tzinfo=UTC)  # a Tuesday


@pytest.mark.parametrize(
    ("expression", "first", "second"),
    [
        ("cron(0 4 1 * ? *)", "2026-12-01 04:00", "2027-01-01 04:00"),
        ("cron(0/15 * * * ? *)", "2026-11-24 02:45", "2026-11-24 03:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-24 18:00", "2026-11-25 18:00"),
        ("cron(0 12 ? * SUN *)", "2026-11-29 12:00", "2026-12-06 12:00"),
        ("cron(0 12 ? * 1 *)", "2026-11-29 12:00", "2026-12-06 12:00"),
        ("cron(0 8 L * ? *)", "2026-11-30 08:00", "2026-12-31 08:00"),
        ("cron(0 8 ? * 6L *)", "2026-11-27 08:00", "2026-12-25 08:00"),
        ("cron(0 8 ? * TUE#2 *)", "2026-12-08 08:00", "2027-01-12 08:00"),
        ("cron(0 8 1W * ? *)", "2026-12-01 08:00", "2027-01-01 08:00"),
        ("cron(0 8 15W AUG ? *)", "2027-08-16 08:00", "2028-08-15 08:00"),
        ("cron(0 8 1W AUG ? *)", "2027-08-02 08:00", "2028-08-01 08:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29 00:00", "2032-02-29 00:00"),
        ("cron(0 8 1,15 JAN,JUL ? 2027-2028)", "2027-01-01 08:00", "2027-01-15 08:00"),
    ],
)
def test_comes(expression: str, first: str, second: str) -> None:
    moments = cron(expression)
    assert moments
    one = moments.after(START)
    assert one
    two = moments.after(one)
    assert two
    assert [f"{moment:%Y-%m-%d %H:%M}" for moment in (one, two)] == [first, second]


def test_that_is_over_comes_no_more() -> None:
    past = cron("cron(0 8 1 1 ? 2020)")
    assert past
    assert past.after(START) is None


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 8 * * * *)",
        "cron(0 8 ? * ? *)",
        "cron(0 8 1 *)",
        "cron(60 8 1 * ? *)",
        "cron(0 24 1 * ? *)",
        "cron(0 8 1 13 ? *)",
        "cron(0 8 ? * FUN *)",
        "cron(0/0 8 1 * ? *)",
        "cron(a 8 1 * ? *)",
        "rate(0 days)",
        "rate(1 days)",
        "rate(2 day)",
    ],
)
def test_is_none(expression: str) -> None:
    with pytest.raises(BadExpression):
        (cron if expression.startswith("cron") else rate)(expression)


@pytest.mark.parametrize("expression", ["", "every day", "rate(5 weeks)", "cron()", "rate(-1 days)"])
def test_is_neither(expression: str) -> None:
    assert cron(expression) is None
    assert rate(expression) is None


def test_rates() -> None:
    assert rate("rate(1 minute)") == timedelta(minutes=1)
    assert rate("rate(12 hours)") == timedelta(hours=12)
    assert rate("rate(30 days)") == timedelta(days=30)
