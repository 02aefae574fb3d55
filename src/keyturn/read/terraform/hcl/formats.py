"""
Terraform's `format` and `formatlist`.

Source: Terraform's "format", go-cty's `function/stdlib/format.go`; read 2026-11.
"""

from __future__ import annotations

import json
import re

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.strings import as_json
from keyturn.read.terraform.hcl.values import Raw, number, text

_VERB = re.compile(r"%(?:\[(\d+)\])?([-+0 #]*)(\d*)(?:\.(\d*))?(?:\[(\d+)\])?(.)?", re.DOTALL)


def formatted(form: str, *values: Raw) -> str:
    used = 0
    highest = 0

    def filled(match: re.Match[str]) -> str:
        nonlocal used, highest
        before, flags, width, precision, behind, verb = match.groups()
        if verb == "%" and match[0] == "%%":
            return "%"
        if len(width) > 3 or len(precision or "") > 3:
            raise HclError("a width of thousands")
        chosen = before or behind
        used = int(chosen) if chosen else used + 1
        highest = max(highest, used)
        if not 1 <= used <= len(values):
            raise HclError(f"there is no value for `{match[0]}`")
        return _wide(_shown(verb or "", values[used - 1], flags, precision), flags, int(width or 0))

    made = _VERB.sub(filled, form)
    if highest < len(values):
        raise HclError("more values than the format takes")
    return made


def formatted_list(form: str, *values: Raw) -> list[str]:
    lengths = {len(value) for value in values if isinstance(value, list)}
    if len(lengths) > 1:
        raise HclError("lists of different lengths")
    return [
        formatted(form, *(value[index] if isinstance(value, list) else value for value in values))
        for index in range(next(iter(lengths), 1))
    ]


def _shown(verb: str, value: Raw, flags: str, precision: str | None) -> str:
    if value is None:
        raise HclError("null has no format")
    if verb == "v":
        if isinstance(value, list | dict) or "#" in flags:
            return as_json(value)
        return text(value)
    places = "" if precision is None else f".{precision or 0}"
    sign = "+" if "+" in flags else " " if " " in flags else ""
    match verb:
        case "s":
            shown = text(value)
            return shown if precision is None else shown[: int(precision or 0)]
        case "q":
            return json.dumps(text(value), ensure_ascii=False)
        case "t" if value in (True, False, "true", "false"):
            return text(value)
        case "d" | "b" | "o" | "x" | "X":
            return f"{int(number(value)):{sign}{verb}}"
        case "f" | "F" | "e" | "E" | "g" | "G":
            return f"{number(value):{sign}{places or ('.6' if verb not in 'gG' else '.15')}{verb}}"
    raise HclError(f"`%{verb}` is not known")


def _wide(shown: str, flags: str, width: int) -> str:
    if "-" in flags:
        return shown.ljust(width)
    if "0" in flags:
        sign = shown[:1] if shown[:1] in ("+", "-", " ") else ""
        return sign + shown[len(sign) :].rjust(width - len(sign), "0")
    return shown.rjust(width)
