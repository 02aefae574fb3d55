"""
Terraform's patterns, which are RE2's, by Python's: those that mean something else there are not worked out.

Source: RE2's "Syntax"; Terraform's "regex", "regexall" and "replace"; read 2026-11.
"""

from __future__ import annotations

import re

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError, TooMuch
from keyturn.read.terraform.hcl.values import LONGEST, Raw

LONGEST_SUBJECT = 2000
"""Characters that a pattern of the user's is matched with: some patterns take for ever on long ones."""

_FOR_EVER = re.compile(r"[+*}]\)?[^|]*\)[+*{]|\|[^)]*\)[+*{]")
_OTHERWISE = re.compile(r"\[\[:|\[\^?\[:|\\[pPQEC]|\(\?[a-zA-Z-]*U")
"""Classes such as `[[:alpha:]]` and `\\pL`, literal passages, and ungreedy matching."""
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<(?=[A-Za-z])|\$|.", re.DOTALL)


def replace(whole: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        subject = plain(whole)
        pattern = compiled(old[1:-1], subject)
        if (len(subject) + 1) * (len(new) + 1) > LONGEST:
            raise TooMuch("a text too long")
        return pattern.sub(re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", "\\\\")), subject)
    if (len(whole) + 1) * (len(new) + 1) > LONGEST and old in whole:
        raise TooMuch("a text too long")
    return whole.replace(plain(old), new)


def compiled(pattern: str, subject: str) -> re.Pattern[str]:
    """
    A pattern of the user's, if it is one that ends in bounded time.

    Raises:
        TooMuch: It may not, or Python has it otherwise.
        HclError: It is no pattern.
    """
    if len(subject) > LONGEST_SUBJECT or _FOR_EVER.search(pattern):
        raise TooMuch("a pattern that may take for ever")
    if _OTHERWISE.search(pattern):
        raise TooMuch("a pattern that is not known here")
    lines = re.search(r"\(\?[a-z]*m", pattern) is not None
    try:
        return re.compile("".join(_piece(piece, lines) for piece in _PIECE.findall(pattern)), re.ASCII)
    except re.error as error:
        raise HclError(f"not a pattern: {error}") from None


def _piece(piece: str, lines: bool) -> str:
    """A piece of a pattern in Python's words; the end of RE2's `$` is the very end."""
    if piece == "$" and not lines:
        return r"\Z"
    return {r"\z": r"\Z", "(?<": "(?P<"}.get(piece, piece)


def regex(pattern: str, subject: str) -> Raw:
    found = compiled(plain(pattern), plain(subject)).search(plain(subject))
    if found is None:
        raise HclError("the pattern does not match")
    return _captured(found)


def regex_all(pattern: str, subject: str) -> list[Raw]:
    return [_captured(found) for found in compiled(plain(pattern), plain(subject)).finditer(plain(subject))]


def _captured(found: re.Match[str]) -> Raw:
    return found.groupdict() or list(found.groups()) or found[0]
