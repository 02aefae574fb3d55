"""
When a secret may be rotated: what Secrets Manager asks of rotation rules.

Sources: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html (bounds, forms),
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html (expressions); read 2026-11-24. The text for
rules of both kinds is quoted in hashicorp/terraform-provider-aws#33329; those of the others are not known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from keyturn.facts.error import AwsError

MOST_DAYS = 1000
LEAST_HOURS = 4
MOST_DAYS_OF_RATE = 999
_RATE = re.compile(r"rate\(([0-9]{1,9}) (hours?|days?)\)")
_CRON = re.compile(r"cron\(([^()]+)\)")
_WINDOW = re.compile(r"([0-9]{1,2})h")


@dataclass(frozen=True, slots=True)
class Misfit:
    """What is wrong with rotation rules: with which member, and what Secrets Manager answers, as far as it is known."""

    name: str
    message: str
    error: AwsError | None = None


def misfit(days: int | None, expression: str | None, window: str | None) -> Misfit | None:
    """
    What is wrong with rotation rules.

    Args:
        days: AutomaticallyAfterDays.
        expression: ScheduleExpression.
        window: Duration, e.g. `3h`.
    """
    if days is not None and expression is not None:
        error = AwsError(
            "InvalidParameterException", "You cannot specify both rotation frequency and schedule expression together."
        )
        return Misfit("ScheduleExpression", "days are given, and an expression too", error)
    if days is not None and not 1 <= days <= MOST_DAYS:
        return Misfit("AutomaticallyAfterDays", f"{days} days are not between 1 and {MOST_DAYS}")
    hours = _hours(window)
    if window is not None and hours is None:
        return Misfit("Duration", f"`{window}` is not a number of hours from 1h to 24h")
    return None if expression is None else _of_expression(expression, hours)


def _of_expression(expression: str, window: int | None) -> Misfit | None:
    name = "ScheduleExpression"
    if rate := _RATE.fullmatch(expression):
        period = int(rate[1]) * (1 if rate[2].startswith("hour") else 24)
        if not LEAST_HOURS <= period <= MOST_DAYS_OF_RATE * 24:
            return Misfit(name, f"`{expression}`: a rate is from {LEAST_HOURS} hours to {MOST_DAYS_OF_RATE} days")
        if window and window > period:
            return Misfit("Duration", f"a window of {window} hours goes on into the next one, {period} hours later")
        return None
    cron = _CRON.fullmatch(expression)
    fields = cron[1].split() if cron else []
    if len(fields) != 6:
        return Misfit(name, f"`{expression}` is no rate in hours or days, nor a cron expression of six fields")
    if fields[0] != "0" or fields[5] != "*":
        return Misfit(name, f"`{expression}`: the minutes have to be 0, and the year *")
    if window and fields[1].isdecimal() and int(fields[1]) + window > 24:
        return Misfit("Duration", f"a window of {window} hours from {fields[1]} o'clock goes on into the next day")
    return None


def _hours(window: str | None) -> int | None:
    found = _WINDOW.fullmatch(window) if window else None
    return int(found[1]) if found and 1 <= int(found[1]) <= 24 else None
