"""
Terraform's functions of times that are written out; those of the present are not known before deployment.

Source: Terraform's "formatdate", "timeadd" and "timecmp", Go's `time.ParseDuration`; read 2026-11.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError

_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DURATION = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_LETTERS = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|'|[^A-Za-z']+")


def add(time: str, duration: str) -> str:
    """A time that is so much later: `timeadd("2017-11-22T00:00:00Z", "10m")`."""
    written = plain(duration)
    pieces = _DURATION.findall(written.lstrip("+-"))
    if (not pieces or "".join(pieces) != written.lstrip("+-")) and written.strip("+-") != "0":
        raise HclError(f"`{written}` is not a duration")
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in (_parts(each) for each in pieces))
    later = _read(time) + timedelta(seconds=-seconds if written.startswith("-") else seconds)
    return later.isoformat(timespec="seconds").replace("+00:00", "Z")


def compared(one: str, other: str) -> int:
    first, second = _read(one), _read(other)
    return (first > second) - (first < second)


def formatted(form: str, time: str) -> str:
    """A time as a form of Terraform's has it: `DD MMM YYYY hh:mm ZZZ`."""
    moment = _read(time)
    return "".join(_piece(match[0], moment) for match in _LETTERS.finditer(plain(form)))


def _parts(piece: str) -> tuple[str, str]:
    number = piece.rstrip("nsuµμmh")
    return number, piece[len(number) :]


def _read(time: str) -> datetime:
    match = _RFC3339.fullmatch(plain(time))
    if match is None:
        raise HclError("not a time as in RFC 3339")
    try:
        return datetime.fromisoformat(match[1] + match[3].replace("Z", "+00:00")) + timedelta(
            seconds=float(match[2] or 0)
        )
    except ValueError:
        raise HclError("there is no such time") from None


def _piece(letters: str, moment: datetime) -> str:
    if letters.startswith("'"):
        if len(letters) < 2:
            raise HclError("a quote is not closed")
        return letters[1:-1].replace("''", "'")
    if not letters[0].isalpha():
        return letters
    if letters not in (known := _known(moment)):
        raise HclError(f"`{letters}` is not a part of a time")
    return known[letters]


def _known(moment: datetime) -> dict[str, str]:
    """Every sequence of letters, and what it stands for."""
    twelve = moment.hour % 12 or 12
    zone = moment.isoformat()[-6:]
    bare = zone.replace(":", "")
    at_zero = zone == "+00:00"
    return {
        "YYYY": f"{moment.year:04}",
        "YY": f"{moment.year % 100:02}",
        "MMMM": _MONTHS[moment.month - 1],
        "MMM": _MONTHS[moment.month - 1][:3],
        "MM": f"{moment.month:02}",
        "M": str(moment.month),
        "DD": f"{moment.day:02}",
        "D": str(moment.day),
        "EEEE": _DAYS[moment.weekday()],
        "EEE": _DAYS[moment.weekday()][:3],
        "hh": f"{moment.hour:02}",
        "h": str(moment.hour),
        "HH": f"{twelve:02}",
        "H": str(twelve),
        "AA": "AM" if moment.hour < 12 else "PM",
        "aa": "am" if moment.hour < 12 else "pm",
        "mm": f"{moment.minute:02}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02}",
        "s": str(moment.second),
        "ZZZZZ": zone,
        "ZZZZ": bare,
        "ZZZ": "UTC" if at_zero else bare,
        "Z": "Z" if at_zero else zone,
    }
