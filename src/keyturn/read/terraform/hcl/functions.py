"""
Terraform's functions, those that configurations for AWS use.

Source: Terraform's "Functions"; read 2026-11.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import itertools
import json
import math
import os.path
import re
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path

from keyturn.graph import Unknown
from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import LONGEST, Evaluator
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.template import lines_of
from keyturn.read.terraform.hcl.values import Raw, number, same, text

LARGEST_FILE = 1 << 20
_OF_FILES = ("filebase64sha256", "filemd5", "fileset", "filesha1", "filesha256", "filesha512")
LONGEST_SUBJECT = 2000
"""Characters that a pattern of the user's is matched with: some patterns take for ever on long ones."""


def functions(folder: Path, render: Callable[[Mapping[str, Raw]], Evaluator]) -> dict[str, Callable[..., Raw]]:
    """
    All functions, by name.

    Args:
        folder: What files are named relative to.
        render: An evaluator with just these names, for `templatefile`.
    """
    return {**_PURE, **_files(folder, render)}


def _files(folder: Path, render: Callable[[Mapping[str, Raw]], Evaluator]) -> dict[str, Callable[..., Raw]]:
    def content(name: str) -> bytes:
        path = folder / plain(name)
        try:
            if path.is_file() and path.stat().st_size <= LARGEST_FILE:
                return path.read_bytes()
        except (OSError, ValueError):
            pass
        raise HclError(f"the file {name} cannot be read")

    def file(name: str) -> str:
        return content(name).decode(errors="replace")

    def template_file(name: str, values: Mapping[str, Raw]) -> Raw:
        return render(values).value(lines_of(Parser(file(name))))

    def exists(name: str) -> bool:
        return (folder / plain(name)).is_file()

    return {
        "file": file,
        "filebase64": lambda name: base64.b64encode(content(name)).decode(),
        "fileexists": exists,
        "templatefile": template_file,
        **{
            name: lambda *_: Unknown("it is worked out from files at deployment")
            for name in ("filebase64sha256", "filesha256", "filemd5", "fileset")
        },
    }


def _concat(*lists: list[Raw]) -> list[Raw]:
    return [item for each in lists for item in (each if isinstance(each, list) else [each])]


def _flatten(items: list[Raw]) -> list[Raw]:
    return [inner for item in items for inner in (_flatten(item) if isinstance(item, list) else [item])]


def _merge(*maps: Mapping[str, Raw] | None) -> dict[str, Raw]:
    merged: dict[str, Raw] = {}
    for each in maps:
        if isinstance(each, Mapping):
            merged.update(each)
        elif each is not None:
            raise HclError("one of the objects is not known")
    return merged


def _coalesce(*values: Raw) -> Raw:
    return next((value for value in values if value not in (None, "")), None)


def _distinct(items: list[Raw]) -> list[Raw]:
    kept: list[Raw] = []
    for item in items:
        if not any(same(item, each) for each in kept):
            kept.append(item)
    return kept


def _set(items: list[Raw]) -> list[Raw]:
    kept = _distinct(items)
    return sorted(kept, key=plain) if all(isinstance(item, str) for item in kept) else kept


def _format(form: str, *values: Raw) -> str:
    given = iter(values)

    def filled(match: re.Match[str]) -> str:
        flags, width, precision, verb = match.groups()
        if verb == "%":
            return "%"
        if len(width) > 3 or len(precision or "") > 3:
            raise HclError("a width of thousands")
        value = next(given, None)
        if verb in "sv":
            shown = text(value) if not isinstance(value, list | dict) else _json(value)
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


def _format_list(form: str, *values: Raw) -> list[str]:
    length = max((len(value) for value in values if isinstance(value, list)), default=0)
    return [
        _format(form, *(value[index] if isinstance(value, list) else value for value in values))
        for index in range(length)
    ]


def _json(value: Raw) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _lookup(mapping: Mapping[str, Raw], key: str, *default: Raw) -> Raw:
    found = mapping.get(plain(key)) if isinstance(mapping, Mapping) else None
    if found is None and not default:
        raise HclError(f"there is no `{key}` in it")
    return default[0] if found is None else found


def _element(items: list[Raw], index: Raw) -> Raw:
    return items[int(number(index)) % len(items)]


def _range(*bounds: Raw) -> list[int | float]:
    whole = range(*(int(number(each)) for each in bounds))
    if len(whole) > 1024:
        raise HclError("more than 1024 values")
    return list(whole)


def _slice(items: list[Raw], start: Raw, end: Raw) -> list[Raw]:
    return items[int(number(start)) : int(number(end))]


def _substr(whole: str, offset: Raw, length: Raw) -> str:
    start, count = int(number(offset)), int(number(length))
    bare = plain(whole)
    start = max(0, len(bare) + start) if start < 0 else start
    return bare[start:] if count < 0 else bare[start : start + count]


def _replace(whole: str, old: str, new: str) -> str:
    if len(old) > 1 and old.startswith("/") and old.endswith("/"):
        return _pattern(old[1:-1], plain(whole)).sub(
            re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", new.replace("\\", "\\\\")), plain(whole)
        )
    if len(whole) * (len(new) + 1) > LONGEST:
        raise HclError("a text too long")
    return whole.replace(plain(old), new)


def _pattern(pattern: str, subject: str) -> re.Pattern[str]:
    """A pattern of the user's, if it is one that ends in bounded time."""
    if len(subject) > LONGEST_SUBJECT or re.search(r"[+*}]\)?[^|]*\)[+*{]", pattern):
        raise HclError("a pattern that may take for ever")
    try:
        return re.compile(pattern)
    except re.error as error:
        raise HclError(f"not a pattern: {error}") from None


def _regex(pattern: str, subject: str) -> Raw:
    found = _pattern(pattern, plain(subject)).search(plain(subject))
    if found is None:
        raise HclError("the pattern does not match")
    return found.groupdict() or list(found.groups()) or found[0]


def _regex_all(pattern: str, subject: str) -> list[Raw]:
    found = _pattern(pattern, plain(subject)).findall(plain(subject))
    return [list(each) if isinstance(each, tuple) else each for each in found]


def _subnet(block: str, bits: Raw, index: Raw) -> str:
    network = ipaddress.ip_network(plain(block))
    prefix = network.prefixlen + int(number(bits))
    position = int(number(index))
    if not 0 < prefix <= network.max_prefixlen or not 0 <= position < 2 ** int(number(bits)):
        raise HclError(f"{block} does not hold it")
    size = 2 ** (network.max_prefixlen - prefix)
    return f"{network.network_address + position * size}/{prefix}"


def _subnets(block: str, *bits: Raw) -> list[str]:
    network = ipaddress.ip_network(plain(block))
    at = int(network.network_address)
    blocks = []
    for each in bits:
        prefix = network.prefixlen + int(number(each))
        size = 2 ** (network.max_prefixlen - prefix)
        at = (at + size - 1) // size * size
        blocks.append(f"{ipaddress.ip_address(at)}/{prefix}")
        at += size
    return blocks


def _host(block: str, index: Raw) -> str:
    network = ipaddress.ip_network(plain(block))
    return str(network[int(number(index))])


def _sort(items: list[Raw]) -> list[Raw]:
    return sorted((text(item) for item in items), key=plain)


def _one(items: list[Raw]) -> Raw:
    if len(items) > 1:
        raise HclError("more than one")
    return items[0] if items else None


def _length(value: Raw) -> Raw:
    if isinstance(value, str):
        shown = plain(value)
        return Unknown("its length is not known") if shown == "unknown" else len(shown)
    return len(value)


def _whole(value: Raw) -> Raw:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _numbers(function: Callable[..., Raw]) -> Callable[..., Raw]:
    return lambda *values: _whole(function(*(number(value) for value in values)))


def _on_text(function: Callable[[str], Raw]) -> Callable[[str], Raw]:
    return lambda value: function(plain(text(value)))


def _digest(name: str, *, encoded: bool = False) -> Callable[[str], str]:
    def digest(value: str) -> str:
        made = hashlib.new(name, plain(value).encode(), usedforsecurity=False)
        return base64.b64encode(made.digest()).decode() if encoded else made.hexdigest()

    return digest


def _later(because: str) -> Callable[..., Unknown]:
    return lambda *_: Unknown(because)


_PURE: dict[str, Callable[..., Raw]] = {
    "abs": _numbers(abs),
    "abspath": _later("it is a path of the machine that deploys"),
    "alltrue": lambda items: all(item in (True, "true") for item in items),
    "anytrue": lambda items: any(item in (True, "true") for item in items),
    "base64decode": _on_text(lambda value: base64.b64decode(value, validate=True).decode()),
    "base64encode": _on_text(lambda value: base64.b64encode(value.encode()).decode()),
    "base64sha256": _digest("sha256", encoded=True),
    "basename": _on_text(os.path.basename),
    "bcrypt": _later("it differs each time"),
    "ceil": _numbers(math.ceil),
    "chomp": lambda value: value.rstrip("\r\n"),
    "chunklist": lambda items, size: [items[start : start + int(size)] for start in range(0, len(items), int(size))],
    "cidrhost": _host,
    "cidrnetmask": lambda block: str(ipaddress.ip_network(plain(block)).netmask),
    "cidrsubnet": _subnet,
    "cidrsubnets": _subnets,
    "coalesce": _coalesce,
    "coalescelist": lambda *lists: next((each for each in lists if each), []),
    "compact": lambda items: [item for item in items if item not in (None, "")],
    "concat": _concat,
    "contains": lambda items, value: any(same(item, value) for item in items),
    "dirname": _on_text(os.path.dirname),
    "distinct": _distinct,
    "element": _element,
    "endswith": lambda value, end: plain(value).endswith(plain(end)),
    "flatten": _flatten,
    "floor": _numbers(math.floor),
    "format": _format,
    "formatlist": _format_list,
    "indent": lambda count, value: value.replace("\n", "\n" + " " * min(int(count), 1000)),
    "index": lambda items, value: next(index for index, item in enumerate(items) if same(item, value)),
    "join": lambda separator, *lists: separator.join(text(item) for item in _concat(*lists)),
    "jsondecode": json.loads,
    "jsonencode": _json,
    "keys": sorted,
    "length": _length,
    "list": lambda *items: list(items),
    "lookup": _lookup,
    "lower": _on_text(str.lower),
    "max": _numbers(max),
    "md5": _digest("md5"),
    "merge": _merge,
    "min": _numbers(min),
    "nonsensitive": lambda value: value,
    "one": _one,
    "parseint": lambda value, base: int(plain(text(value)), int(base)),
    "pathexpand": _later("it is a path of the machine that deploys"),
    "pow": lambda base, exponent: _whole(float(number(base)) ** float(number(exponent))),
    "range": _range,
    "regex": _regex,
    "regexall": _regex_all,
    "replace": _replace,
    "reverse": lambda items: items[::-1],
    "sensitive": lambda value: value,
    "setintersection": lambda first, *others: [
        item for item in first if all(any(same(item, each) for each in other) for other in others)
    ],
    "setproduct": lambda *lists: [list(each) for each in itertools.islice(itertools.product(*lists), 10_000)],
    "setsubtract": lambda first, other: [item for item in first if not any(same(item, each) for each in other)],
    "setunion": lambda *lists: _set(_concat(*lists)),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "signum": _numbers(lambda value: (value > 0) - (value < 0)),
    "slice": _slice,
    "sort": _sort,
    "split": lambda separator, value: value.split(separator) if separator else list(value),
    "startswith": lambda value, start: plain(value).startswith(plain(start)),
    "strcontains": lambda value, part: plain(part) in plain(value),
    "strrev": _on_text(lambda value: value[::-1]),
    "substr": _substr,
    "sum": lambda items: _whole(sum(number(item) for item in items)),
    "timestamp": _later("it is the time of the deployment"),
    "title": _on_text(lambda value: re.sub(r"\b[a-z]", lambda match: match[0].upper(), value)),
    "tobool": lambda value: (
        value if isinstance(value, bool) or value is None else {"true": True, "false": False}[value]
    ),
    "tolist": list,
    "tomap": dict,
    "tonumber": lambda value: None if value is None else number(value),
    "toset": lambda value: _set(list(value)),
    "tostring": lambda value: None if value is None else text(value),
    "trim": lambda value, cut: value.strip(cut),
    "trimprefix": lambda value, cut: value.removeprefix(cut),
    "trimspace": lambda value: value.strip(),
    "trimsuffix": lambda value, cut: value.removesuffix(cut),
    "upper": _on_text(str.upper),
    "urlencode": _on_text(urllib.parse.quote_plus),
    "uuid": _later("it differs each time"),
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "zipmap": lambda keys, values: {text(key): value for key, value in zip(keys, values, strict=True)},
}
