"""
When a secret is rotated: its rules, and the window in which the next rotation takes place.

Source: Secrets Manager user guide, "Schedule expressions in Secrets Manager rotation"; API reference, RotationRulesType.
"""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from typing import Any

from keyturn.facts import rotation_rules
from keyturn.local import cron
from keyturn.local.secretsmanager import errors

DAY = timedelta(days=1)


def check(rules: dict[str, Any]) -> None:
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
    hours = sorted(moments.hours) if moments else []
    if any(later - earlier < rotation_rules.LEAST_HOURS for earlier, later in itertools.pairwise(hours)):
        raise errors.invalid("ScheduleExpression: a secret can be rotated every four hours at most.")
    if any(timedelta(hours=hour) + (_duration(rules) or timedelta()) > DAY for hour in hours):
        raise errors.invalid("Duration: the rotation window must not go into the next UTC day.")


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
    return None if text is None else timedelta(hours=int(text.removesuffix("h")))


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
