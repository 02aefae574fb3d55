"""
Terraform's functions, those that configurations for AWS use.

Source: Terraform's "Functions"; read 2026-11.
"""

from __future__ import annotations

import base64
import hashlib
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
from keyturn.read.terraform.hcl import addresses, lists, strings
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import Evaluator
from keyturn.read.terraform.hcl.files import listed
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.template import lines_of
from keyturn.read.terraform.hcl.values import Raw, number, same, text

LARGEST_FILE = 1 << 20


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

    def found(below: str, pattern: str) -> list[str]:
        return listed(folder / plain(below), plain(pattern))

    return {
        "file": file,
        "filebase64": lambda name: base64.b64encode(content(name)).decode(),
        "fileexists": exists,
        "fileset": found,
        "templatefile": template_file,
        **{
            name: lambda *_: Unknown("it is worked out from files at deployment")
            for name in ("filebase64sha256", "filesha256", "filemd5")
        },
    }


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
    "base64sha512": _digest("sha512", encoded=True),
    "basename": _on_text(os.path.basename),
    "bcrypt": _later("it differs each time"),
    "ceil": _numbers(math.ceil),
    "chomp": lambda value: value.rstrip("\r\n"),
    "chunklist": lambda items, size: [items[start : start + int(size)] for start in range(0, len(items), int(size))],
    "cidrhost": addresses.host,
    "cidrnetmask": addresses.netmask,
    "cidrsubnet": addresses.subnet,
    "cidrsubnets": addresses.subnets,
    "coalesce": lists.coalesce,
    "coalescelist": lambda *given: next((each for each in given if each), []),
    "compact": lambda items: [item for item in items if item not in (None, "")],
    "concat": lists.concat,
    "contains": lambda items, value: any(same(item, value) for item in items),
    "csvdecode": _on_text(lists.of_csv),
    "dirname": _on_text(os.path.dirname),
    "distinct": lists.distinct,
    "element": lists.element,
    "endswith": lambda value, end: plain(value).endswith(plain(end)),
    "flatten": lists.flatten,
    "floor": _numbers(math.floor),
    "format": strings.formatted,
    "formatlist": strings.formatted_list,
    "indent": lambda count, value: value.replace("\n", "\n" + " " * min(int(count), 1000)),
    "index": lambda items, value: next(index for index, item in enumerate(items) if same(item, value)),
    "join": lambda separator, *given: separator.join(text(item) for item in lists.concat(*given)),
    "jsondecode": json.loads,
    "jsonencode": strings.as_json,
    "keys": sorted,
    "length": _length,
    "list": lambda *items: list(items),
    "lookup": lists.lookup,
    "lower": _on_text(str.lower),
    "log": _numbers(lambda value, base: round(math.log(value, base), 12)),
    "matchkeys": lists.matching,
    "max": _numbers(max),
    "md5": _digest("md5"),
    "merge": lists.merge,
    "min": _numbers(min),
    "nonsensitive": lambda value: value,
    "one": lists.only,
    "parseint": lambda value, base: int(plain(text(value)), int(base)),
    "pathexpand": _later("it is a path of the machine that deploys"),
    "pow": lambda base, exponent: _whole(float(number(base)) ** float(number(exponent))),
    "range": lists.numbered,
    "regex": strings.regex,
    "regexall": strings.regex_all,
    "replace": strings.replace,
    "reverse": lambda items: items[::-1],
    "sensitive": lambda value: value,
    "setintersection": lambda first, *others: [
        item for item in first if all(any(same(item, each) for each in other) for other in others)
    ],
    "setproduct": lambda *given: [list(each) for each in itertools.islice(itertools.product(*given), 10_000)],
    "setsubtract": lambda first, other: [item for item in first if not any(same(item, each) for each in other)],
    "setunion": lambda *given: lists.unique(lists.concat(*given)),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": _numbers(lambda value: (value > 0) - (value < 0)),
    "slice": lists.sliced,
    "sort": lists.ordered,
    "split": lambda separator, value: value.split(separator) if separator else list(value),
    "startswith": lambda value, start: plain(value).startswith(plain(start)),
    "strcontains": lambda value, part: plain(part) in plain(value),
    "strrev": _on_text(lambda value: value[::-1]),
    "substr": strings.substr,
    "sum": lambda items: _whole(sum(number(item) for item in items)),
    "timestamp": _later("it is the time of the deployment"),
    "title": _on_text(lambda value: re.sub(r"\b[a-z]", lambda match: match[0].upper(), value)),
    "tobool": lambda value: (
        value if isinstance(value, bool) or value is None else {"true": True, "false": False}[value]
    ),
    "tolist": list,
    "tomap": dict,
    "tonumber": lambda value: None if value is None else number(value),
    "toset": lambda value: lists.unique(list(value)),
    "tostring": lambda value: None if value is None else text(value),
    "trim": lambda value, cut: value.strip(cut),
    "trimprefix": lambda value, cut: value.removeprefix(cut),
    "trimspace": lambda value: value.strip(),
    "trimsuffix": lambda value, cut: value.removesuffix(cut),
    "upper": _on_text(str.upper),
    "urlencode": _on_text(urllib.parse.quote_plus),
    "uuid": _later("it differs each time"),
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "yamldecode": _on_text(strings.of_yaml),
    "zipmap": lambda keys, values: {text(key): value for key, value in zip(keys, values, strict=True)},
}
