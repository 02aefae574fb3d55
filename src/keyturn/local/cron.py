"""
AWS's schedule expressions, `cron(…)` and `rate(…)`: when a moment comes that they name.

Source: EventBridge user guide, "Cron expressions" and "Rate expressions"; Secrets Manager user guide, "Schedule expressions".
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LAST_YEAR = 2199
FARTHEST = timedelta(days=366 * 8)  # a leap day is at most eight years off

_RATE = re.compile(r"rate\(([0-9]{1,9}) (minute|minutes|hour|hours|day|days)\)")
_DIGITS = re.compile(r"[0-9]{1,4}")
_CRON = re.compile(r"cron\(([^()]+)\)")

Days = Callable[[date], bool]


class BadExpression(ValueError):
    """It is not a schedule expression; the text says what is wrong."""


def rate(expression: str) -> timedelta | None:
    """
    The period of `rate(…)`; None for something else.

    Raises:
        BadExpression: Number and unit do not agree: `rate(1 hours)`, or the number is 0.
    """
    found = _RATE.fullmatch(expression)
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if number < 1 or (number == 1) == unit.endswith("s"):
        raise BadExpression(f"`{expression}`: {number} {unit}")
    return timedelta(**{unit.removesuffix("s") + "s": number})


@dataclass(frozen=True, slots=True)
class Cron:
    """The moments of one cron expression, in UTC."""

    minutes: frozenset[int]
    hours: frozenset[int]
    months: frozenset[int]
    years: frozenset[int]
    on: Days

    def after(self, moment: datetime) -> datetime | None:
        """The first moment later than this one; None if there is none."""
        start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = start.replace(hour=0, minute=0)
        while day - start < FARTHEST and day.year <= LAST_YEAR:
            if day.month in self.months and day.year in self.years and self.on(day.date()):
                for hour in sorted(self.hours):
                    for minute in sorted(self.minutes):
                        if (found := day.replace(hour=hour, minute=minute)) >= start:
                            return found
            day += timedelta(days=1)
        return None


def cron(expression: str) -> Cron | None:
    """
    Read `cron(…)`; None for something else.

    Raises:
        BadExpression: It is malformed.
    """
    found = _CRON.fullmatch(expression)
    if found is None:
        return None
    fields = found[1].split()
    if len(fields) != 6:
        raise BadExpression(f"`{expression}` has {len(fields)} fields, not 6")
    minutes, hours, days, months, weekdays, years = fields
    if (days == "?") == (weekdays == "?"):
        raise BadExpression(f"`{expression}`: one of day-of-month and day-of-week must be ?")
    return Cron(
        _numbers(minutes, 0, 59),
        _numbers(hours, 0, 23),
        _numbers(months, 1, 12, MONTHS),
        _numbers(years, 1970, LAST_YEAR),
        _month_days(days) if weekdays == "?" else _week_days(weekdays),
    )


def _numbers(field: str, least: int, most: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step = part.partition("/")
        if span == "*" or (slash and not span):
            low, high = least, most
        else:
            first, dash, last = span.partition("-")
            low = _number(first, least, most, names)
            high = _number(last, least, most, names) if dash else (most if slash else low)
        every = _number(step, 1, most) if slash else 1
        if low > high:
            raise BadExpression(f"`{field}` is not a list of numbers from {least} to {most}")
        found.update(range(low, high + 1, every))
    return frozenset(found)


def _number(text: str, least: int, most: int, names: tuple[str, ...] = ()) -> int:
    if text.upper() in names:
        return names.index(text.upper()) + least
    if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
        raise BadExpression(f"`{text}` is not a number from {least} to {most}")
    return int(text)


def _month_days(field: str) -> Days:
    if field == "L":
        return lambda day: day.day == _length(day)
    if field.endswith("W"):
        wanted = _number(field[:-1], 1, 31)
        return lambda day: day == _nearest_weekday(day, wanted)
    numbers = _numbers(field, 1, 31)
    return lambda day: day.day in numbers


def _week_days(field: str) -> Days:
    if field == "L":
        return lambda day: _weekday(day) == 7
    if field.endswith("L"):
        wanted = _number(field[:-1], 1, 7, DAYS)
        return lambda day: _weekday(day) == wanted and day.day + 7 > _length(day)
    if "#" in field:
        name, _, nth = field.partition("#")
        wanted, which = _number(name, 1, 7, DAYS), _number(nth, 1, 5)
        return lambda day: _weekday(day) == wanted and (day.day - 1) // 7 + 1 == which
    numbers = _numbers(field, 1, 7, DAYS)
    return lambda day: _weekday(day) in numbers


def _weekday(day: date) -> int:
    """Sunday is 1."""
    return day.isoweekday() % 7 + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(day: date, wanted: int) -> date:
    """The working day nearest to a day of this one's month, and in it."""
    target = day.replace(day=min(wanted, _length(day)))
    shift = {6: -1, 7: 1}.get(target.isoweekday(), 0)
    moved = target + timedelta(days=shift)
    return moved if moved.month == day.month else target - timedelta(days=3 * shift - shift)
