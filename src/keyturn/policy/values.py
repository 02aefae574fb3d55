"""
What the values of conditions stand for: numbers, dates, bytes and addresses.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import base64
import binascii
import datetime
import ipaddress
import re
from decimal import Decimal
from typing import TypeAlias

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?", re.ASCII | re.IGNORECASE)


def number(text: str) -> Decimal | None:
    """A decimal number; None if the text is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


_W3C = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?)?)?",
    re.ASCII | re.IGNORECASE,
)


def moment(text: str) -> Decimal | None:
    """Seconds since 1970 of a date in the forms of the W3C's note on ISO 8601, or of epoch seconds; None if it is neither."""
    found = _W3C.fullmatch(text)
    if not found:
        return number(text)
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if len(text) == 4:
        return Decimal(text)
    try:
        date = datetime.datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=datetime.UTC,
        )
    except ValueError:
        return None
    seconds = Decimal(int((date - datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)).total_seconds())) + Decimal(
        fraction or 0
    )
    if zone and zone.upper() != "Z":
        sign = -1 if zone[0] == "+" else 1
        seconds += sign * (int(zone[1:3]) * 3600 + int(zone[-2:]) * 60)
    return seconds


def bytes_of(text: str) -> bytes | None:
    """What a base64 text stands for; None if it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


# Python also understands zones, and masks in place of lengths.
_CIDR = re.compile(r"[0-9a-f.:]+(/[0-9]+)?", re.IGNORECASE)
Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def network(text: str) -> Network | None:
    """An address or a range in CIDR notation; None if it is neither."""
    if not _CIDR.fullmatch(text):
        return None
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
