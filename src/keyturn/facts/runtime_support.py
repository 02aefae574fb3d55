"""
Until when Lambda takes which runtime, and what it answers afterwards.

The days of Lambda developer guide, "Lambda runtimes", https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as carried by
cfn-lint 1.58.0, which took them from there on 2026-06-02; programs and posts that quote the page have the same on 2026-07-22, 2026-08-08
and 2026-08-23. AWS puts off what it announces, again and again: the page had 2025-02-28 for new functions on python3.8, then 2027-02-01,
and another quotation of it has 2027-07-29 for dotnet6 and dotnet8. So only what had come to pass on `READ` is certain: a day after it
is a plan, and of several the earliest. The identifiers are those of the API (botocore 1.44.5). Read 2026-11-28.

They are renewed by hand: read the page, and change the days and `READ` together. A list that was only carried on is no new reading.
"""

from __future__ import annotations

import functools
import re
from collections.abc import KeysView, Mapping
from datetime import date
from typing import NamedTuple

from keyturn.facts.error import AwsError

READ = date(2026, 8, 23)
"""The last day on which the page is known to have had these days."""

_DAYS = """
dotnetcore1.0   2019-06-27 2019-06-30 2019-07-30
dotnetcore2.0   2019-05-30 2019-04-30 2019-05-30
dotnetcore2.1   2022-01-05 2022-01-05 2022-04-13
dotnetcore3.1   2023-04-03 2023-04-03 2023-05-03
dotnet6         2024-12-20 2027-02-01 2027-03-03
dotnet8         2026-11-10 2027-02-01 2027-03-03
dotnet10        2028-11-14 2028-12-14 2029-01-15
go1.x           2024-01-08 2024-02-08 2027-03-03
java8           2024-01-08 2024-02-08 2027-03-03
java8.al2       2027-06-30 2027-07-31 2027-08-31
java11          2027-06-30 2027-07-31 2027-08-31
java17          2027-06-30 2027-07-31 2027-08-31
java21          2029-06-30 2029-07-31 2029-08-31
java25          2029-06-30 2029-07-31 2029-08-31
nodejs          2016-08-30 2016-09-30 2016-10-31
nodejs4.3       2020-03-05 2020-02-03 2020-03-05
nodejs4.3-edge  2020-03-05 2019-03-31 2019-04-30
nodejs6.10      2019-08-12 2019-07-12 2019-08-12
nodejs8.10      2020-03-06 2020-02-04 2020-03-06
nodejs10.x      2021-07-30 2021-07-30 2022-02-14
nodejs12.x      2023-03-31 2023-03-31 2023-04-30
nodejs14.x      2023-12-04 2024-01-09 2027-03-03
nodejs16.x      2024-06-12 2027-02-01 2027-03-03
nodejs18.x      2025-09-01 2027-02-01 2027-03-03
nodejs20.x      2026-04-30 2027-02-01 2027-03-03
nodejs22.x      2027-04-30 2027-06-01 2027-07-01
nodejs24.x      2028-04-30 2028-06-01 2028-07-01
provided        2024-01-08 2024-02-08 2027-03-03
provided.al2    2026-07-31 2027-02-01 2027-03-03
provided.al2023 2029-06-30 2029-07-31 2029-08-31
python2.7       2021-07-15 2021-07-15 2022-05-30
python3.6       2022-07-18 2022-07-18 2022-08-29
python3.7       2023-12-04 2024-01-09 2027-03-03
python3.8       2024-10-14 2027-02-01 2027-03-03
python3.9       2025-12-15 2027-02-01 2027-03-03
python3.10      2026-10-31 2027-02-01 2027-03-03
python3.11      2027-06-30 2027-07-31 2027-08-31
python3.12      2028-10-31 2028-11-30 2029-01-10
python3.13      2029-06-30 2029-07-31 2029-08-31
python3.14      2029-06-30 2029-07-31 2029-08-31
ruby2.5         2021-07-30 2021-07-30 2022-03-31
ruby2.7         2023-12-07 2024-01-09 2027-03-03
ruby3.2         2026-03-31 2027-02-01 2027-03-03
ruby3.3         2027-03-31 2027-04-30 2027-05-31
ruby3.4         2028-03-31 2028-04-30 2028-05-31
ruby4.0         2029-03-31 2029-04-30 2029-05-31
"""


class Support(NamedTuple):
    """The days from which on a runtime is deprecated, is not taken for new functions, and not for changes of those that have it."""

    deprecated: date
    ends_for_new: date
    ends_for_old: date


@functools.cache
def _rows() -> Mapping[str, str]:
    """The days by the runtime, as they stand above: hardly a template needs more than two or three."""
    return {name: days for name, _, days in (line.partition(" ") for line in _DAYS.strip().splitlines())}


def names() -> KeysView[str]:
    """The runtimes that have days."""
    return _rows().keys()


@functools.cache
def support(runtime: str) -> Support | None:
    """Until when a runtime is taken; None for one that has no days, or is not known."""
    days = _rows().get(runtime)
    return Support(*map(date.fromisoformat, days.split())) if days else None


def refused(runtime: str, day: date, *, new: bool) -> bool:
    """Whether it is certain that Lambda refuses a runtime on a day, for a new function or for a change of one that has it."""
    until = support(runtime)
    end = until and (until.ends_for_new if new else until.ends_for_old)
    return end is not None and end <= min(day, READ)


def language(runtime: str) -> str:
    """What stands before the version: `nodejs`; .NET is one language under its two names."""
    letters = re.match("[A-Za-z]*", runtime)
    return letters[0].removesuffix("core") if letters else ""


def supported(of_language: str, day: date) -> tuple[str, ...]:
    """The runtimes of a language that are not deprecated on a day, the oldest first."""
    names = (name for name in _rows() if language(name) == of_language)
    return tuple(name for name in names if (until := support(name)) and day < until.deprecated)


def successor(runtime: str, day: date) -> str:
    """
    The runtime to take instead of one that is deprecated: the oldest that is not, the shortest step for the code; else empty.

    None is named for Python 2, whose code is not Python 3's, nor for Go, which has to be built anew.
    """
    return next(iter(supported(language(runtime), day)), "") if runtime != "python2.7" else ""


def not_supported(runtime: str) -> AwsError:
    """The answer to a runtime that is taken no more. AWS may name a newer runtime there instead of `a supported runtime`."""
    return AwsError(
        "InvalidParameterValueException",
        f"The runtime parameter of {runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a "
        "supported runtime while creating or updating functions.",
    )
