"""
When a secret is rotated: its rules, and the window in which the next rotation takes place.

Source: Secrets Manager user guide, "Schedule expressions in Secrets Manager rotation"; API reference, RotationRulesType.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from keyturn.facts import rotation_rules
from keyturn.local import cron
from keyturn.local.secretsmanager import errors

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def check(rules: dict[str, Any], now: datetime) -> None:
    """
    See whether rules are ones that Secrets Manager takes.

    Raises:
        Refused: They are not.
    """
    expression, duration = rules.get("ScheduleExpression"), rules.get("Duration")
    if wrong := rotation_rules.misfit(rules.get("AutomaticallyAfterDays"), expression, duration):
        raise errors.invalid(wrong.error.message if wrong.error else f"{wrong.name}: {wrong.message}.")
    try:
        moments = cron.cron(expression) if expression else None
        if expression and moments is None:
            cron.rate(expression)
    except cron.BadExpression as bad:
        raise errors.invalid(f"ScheduleExpression: {bad}.") from None
    if moments is not None:
        _check_windows(moments, _duration(rules) or timedelta(), now)


def _check_windows(moments: cron.Cron, length: timedelta, now: datetime) -> None:
    """See whether windows of a length come, and neither reach into each other nor into another day."""
    if moments.after(now) is None:
        raise errors.invalid("ScheduleExpression: there is no such day.")
    if any(timedelta(hours=hour) + length > DAY for hour in moments.hours):
        raise errors.invalid("Duration: the rotation window must not go into the next UTC day.")
    gap = min(_gaps(moments, now)) if len(moments.hours) > 1 else DAY
    if gap < timedelta(hours=rotation_rules.LEAST_HOURS):
        raise errors.invalid("ScheduleExpression: a secret can be rotated every four hours at most.")
    if length > gap:
        raise errors.invalid("Duration: the rotation window must not go into the next one.")


def _gaps(moments: cron.Cron, now: datetime) -> Iterator[timedelta]:
    """The times between windows, in a week or more of the days that have some."""
    starts = [now]
    while len(starts) <= len(moments.hours) * 8 and (start := moments.after(starts[-1])):
        starts.append(start)
    for earlier, later in itertools.pairwise(starts[1:]):
        yield later - earlier


def window(rules: dict[str, Any], last: datetime) -> tuple[datetime, datetime] | None:
    """
    The next window: its beginning and end.

    Args:
        last: When it was rotated, or its rules were set.
    """
    expression = rules.get("ScheduleExpression") or _in_days(rules.get("AutomaticallyAfterDays"))
    duration = _duration(rules)
    if expression is None:
        return None
    if moments := cron.cron(expression):
        start = moments.after(last)
        if start is None:
            return None
        in_hours = len(moments.hours) > 1
        return start, start + (duration or HOUR) if in_hours or duration else _midnight(start) + DAY
    period = cron.rate(expression)
    assert period is not None  # as `check` has seen
    if period < DAY or "hour" in expression:
        start = (last + period).replace(minute=0, second=0, microsecond=0)
        return start, start + (duration or HOUR)
    start = _midnight(last + period)
    return start, start + (duration or DAY)


def days(rules: dict[str, Any], last: datetime) -> int | None:
    """
    How many days there are between rotations, which DescribeSecret tells once one has succeeded; None for less than one.

    Source: API reference, RotationRulesType, AutomaticallyAfterDays.
    """
    if rules.get("ScheduleExpression") is None:
        return None
    first = window(rules, last)
    second = window(rules, first[0]) if first else None
    return (second[0] - first[0]).days or None if first and second else None


def _in_days(days: int | None) -> str | None:
    return None if days is None else f"rate({days} day{'s' if days > 1 else ''})"


def _duration(rules: dict[str, Any]) -> timedelta | None:
    text = rules.get("Duration")
    return None if text is None else timedelta(hours=int(text.removesuffix("h")))


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
