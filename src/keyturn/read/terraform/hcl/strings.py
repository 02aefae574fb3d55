"""Terraform's functions of strings: formats and patterns."""

from __future__ import annotations

import json
import re

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import LONGEST
from keyturn.read.terraform.hcl.values import Raw, number, text

LONGEST_SUBJECT = 2000
"""Characters that a pattern of the user's is matched with: some patterns take for ever on long ones."""


def formatted(form: str, *values: Raw) -> str:
    given = iter(values)

    def filled(match: re.Match[str]) -> str:
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if len(width) > 3 or len(precision or "") > 3:
            raise HclError("a width of thousands")
        value = next(given, None)
        if verb in "sv":
            shown = text(value) if not isinstance(value, list | dict) else as_json(value)
        elif verb == "q":
            shown = json.dumps(text(value), ensure_ascii=False)
        elif verb in "dxXob":
            shown = f"{int(number(value)):{'+' if '+' in flags else ''}{verb}}"
        elif verb in "feEgG":
            shown = f"{number(value):{precision or ''}{verb}}"
        elif verb == "t":
            shown = text(value)
        else:
            raise HclError(f"`%{verb}` is not known")
        if "-" in flags:
            return shown.ljust(int(width or 0))
        return shown.rjust(int(width or 0), "0" if "0" in flags else " ")

    return re.sub(r"%([-+0 #]*)(\d*)(\.\d+)?([a-zA-Z%])", filled, form)


def formatted_list(form: str, *values: Raw) -> list[str]:
    length = max((len(value) for value in values if isinstance(value, list)), default=0)
    return [
        formatted(form, *(value[index] if isinstance(value, list) else value for value in values))
        for index in range(length)
    ]


def substr(whole: str, offset: Raw, length: Raw) -> str:
    start, count = int(number(offset)), int(number(length))
    bare = plain(whole)
    start = max(0, len(bare) + start) if start < 0 else start
    return bare[start:] if count < 0 else bare[start : start + count]


def replace(whole: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return safe_pattern(old[1:-1], plain(whole)).sub(
            re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", "\\\\")), plain(whole)
        )
    if len(whole) * (len(new) + 1) > LONGEST:
        raise HclError("a text too long")
    return whole.replace(plain(old), new)


def safe_pattern(pattern: str, subject: str) -> re.Pattern[str]:
    """A pattern of the user's, if it is one that ends in bounded time."""
    if len(subject) > LONGEST_SUBJECT or re.search(r"[+*}]\)?[^|]*\)[+*{]", pattern):
        raise HclError("a pattern that may take for ever")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise HclError(f"not a pattern: {error}") from None


def regex(pattern: str, subject: str) -> Raw:
    found = safe_pattern(pattern, plain(subject)).search(plain(subject))
    if found is None:
        raise HclError("the pattern does not match")
    return found.groupdict() or list(found.groups()) or found[0]


def regex_all(pattern: str, subject: str) -> list[Raw]:
    found = safe_pattern(pattern, plain(subject)).findall(plain(subject))
    return [list(each) if isinstance(each, tuple) else each for each in found]


def as_json(value: Raw) -> str:
    """Keys in their order, and what could be HTML escaped, as Terraform writes it."""
    written = json.dumps(value, separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return written.translate(_ESCAPED)


_ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def of_yaml(text: str) -> Raw:
    from keyturn.read.source import yaml
    from keyturn.read.world import Unreadable

    try:
        return yaml.load("yamldecode", text).data
    except Unreadable as error:
        raise HclError(error.because) from None
