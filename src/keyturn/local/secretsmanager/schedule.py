"""
When a secret is rotated: its rules, and the window in which the next rotation takes place.

Source: Secrets Manager user guide, "Schedule expressions in Secrets Manager rotation"; API reference, RotationRulesType.
"""

from __future__ import annotations

import itertools
import re
from datetime import datetime, timedelta
from typing import Any

from keyturn.local import cron
from keyturn.local.secretsmanager import errors

LEAST = timedelta(hours=4)
MOST_DAYS = 1000
DAY = timedelta(days=1)


def check(rules: dict[str, Any]) -> None:
    """
    See whether rules are ones that Secrets Manager takes.

    Raises:
        Refused: They are not.
    """
    days, expression = rules.get("AutomaticallyAfterDays"), rules.get("ScheduleExpression")
    if days is not None and expression is not None:
        raise errors.invalid("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise errors.invalid("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
    duration = _duration(rules)
    if expression is not None:
        _check_expression(expression, duration)


def _check_expression(expression: str, duration: timedelta | None) -> None:
    try:
        period, moments = cron.rate(expression), cron.cron(expression)
    except cron.BadExpression as bad:
        raise errors.invalid(f"Invalid ScheduleExpression: {bad}") from None
    if period is None and moments is None:
        raise errors.invalid(f"Invalid ScheduleExpression: `{expression}` is neither rate() nor cron().")
    if period is not None:
        if "minute" in expression or not LEAST <= period <= timedelta(days=999):
            raise errors.invalid("Invalid ScheduleExpression: a rate is from 4 hours to 999 days.")
        window = duration or (timedelta(hours=1) if "hour" in expression else DAY)
        if window > period or window > DAY:
            raise errors.invalid("The rotation window extends into the next rotation window.")
    if moments is not None:
        fields = expression[5:-1].split()
        if fields[0] != "0" or fields[5] != "*":
            raise errors.invalid("Invalid ScheduleExpression: minutes must be 0 and the year must be *.")
        hours = sorted(moments.hours)
        if any(later - earlier < 4 for earlier, later in itertools.pairwise(hours)):
            raise errors.invalid("Invalid ScheduleExpression: a secret can be rotated every four hours at most.")
        if duration and any(timedelta(hours=hour) + duration > DAY for hour in hours):
            raise errors.invalid("The rotation window must not go into the next UTC day.")


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
        return (start, start + duration if duration else _midnight(start) + DAY) if start else None
    period = cron.rate(expression)
    assert period is not None  # as `check` has seen
    if period < DAY or "hour" in expression:
        start = (last + period).replace(minute=0, second=0, microsecond=0)
        return start, start + (duration or timedelta(hours=1))
    start = _midnight(last + period)
    return start, start + (duration or DAY)


def _in_days(days: int | None) -> str | None:
    return None if days is None else f"rate({days} day{'s' if days > 1 else ''})"


def _duration(rules: dict[str, Any]) -> timedelta | None:
    text = rules.get("Duration")
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,2})h", text)
    if found is None or not 1 <= int(found[1]) <= 24:
        raise errors.invalid("Invalid Duration: give a number of hours, for example 3h.")
    return timedelta(hours=int(found[1]))


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
