"""
Terraform's functions, those that configurations for AWS use.

Source: Terraform's "Functions"; read 2026-11.
"""

from __future__ import annotations

import base64
import codecs
import hashlib
import json
import math
import posixpath
import re
import urllib.parse
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from keyturn.graph import Unknown
from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl import addresses, formats, lists, patterns, strings, times
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import Evaluator
from keyturn.read.terraform.hcl.files import listed
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.provider import OF_PROVIDER
from keyturn.read.terraform.hcl.template import lines_of
from keyturn.read.terraform.hcl.values import Raw, Set, alike, exact, number, same, text
from keyturn.read.terraform.hcl.yaml_text import decoded

LARGEST_FILE = 1 << 20


def functions(folder: Path, render: Callable[[Mapping[str, Raw]], Evaluator]) -> dict[str, Callable[..., Raw]]:
    """
    All functions, by name.

    Args:
        folder: What files are named relative to.
        render: An evaluator with just these names, for `templatefile`.
    """
    return {**_PURE, **OF_PROVIDER, **_files(folder, render)}


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

    def found(below: str, pattern: str) -> Set:
        return Set(listed(folder / plain(below), plain(pattern)))

    return {
        "file": file,
        "filebase64": lambda name: base64.b64encode(content(name)).decode(),
        "fileexists": exists,
        "fileset": found,
        "templatefile": template_file,
        "templatestring": lambda whole, values: render(values).value(lines_of(Parser(whole))),
        **{
            name: lambda *_: Unknown("it is worked out from files at deployment")
            for name in ("filebase64sha256", "filebase64sha512", "filemd5", "filesha1", "filesha256", "filesha512")
        },
    }


def _length(value: Raw) -> Raw:
    if isinstance(value, str):
        shown = plain(value)
        return Unknown("its length is not known") if shown == "unknown" else len(strings.letters(shown))
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


def _parsed(value: Raw, base: Raw) -> int:
    written = plain(text(value))
    if not re.fullmatch(r"[-+]?[0-9a-zA-Z]{1,1000}", written) or written[:2].lower() in ("0x", "0o", "0b"):
        raise HclError("a number is wanted")
    return int(written, int(number(base)))


def _encoded(value: str, encoding: str) -> str:
    """A text in an encoding; UTF-16 with its byte order mark has the high byte first."""
    name, shown = plain(encoding).lower(), plain(value)
    written = codecs.BOM_UTF16_BE + shown.encode("utf-16-be") if name == "utf-16" else shown.encode(name)
    return base64.b64encode(written).decode()


def _uuid_of(space: str, name: str) -> str:
    import uuid

    spaces = {
        "dns": uuid.NAMESPACE_DNS,
        "url": uuid.NAMESPACE_URL,
        "oid": uuid.NAMESPACE_OID,
        "x500": uuid.NAMESPACE_X500,
    }
    return str(uuid.uuid5(spaces.get(plain(space)) or uuid.UUID(plain(space)), plain(name)))


def _sign(value: float) -> int:
    if value != int(value):
        raise HclError("a whole number is wanted")
    return (value > 0) - (value < 0)


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
    "basename": _on_text(lambda value: PurePosixPath(value).name or ("/" if value else ".")),
    "bcrypt": _later("it differs each time"),
    "ceil": _numbers(math.ceil),
    "chomp": lambda value: value.rstrip("\r\n"),
    "base64gzip": _later("how it is packed depends on the version of Terraform"),
    "chunklist": lists.chunks,
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
    "dirname": _on_text(lambda value: posixpath.normpath(value if value[-1:] == "/" else PurePosixPath(value).parent)),
    "ephemeralasnull": lambda value: value,
    "distinct": lists.distinct,
    "element": lists.element,
    "endswith": lambda value, end: plain(value).endswith(plain(end)),
    "flatten": lists.flatten,
    "formatdate": times.formatted,
    "floor": _numbers(math.floor),
    "format": formats.formatted,
    "formatlist": formats.formatted_list,
    "indent": lambda count, value: patterns.replace(value, "\n", "\n" + " " * min(int(count), 1000)),
    "index": lists.position,
    "join": lambda separator, *given: separator.join(text(item) for item in lists.concat(*given)),
    "issensitive": _later("whether it is sensitive is known to Terraform only"),
    "jsondecode": json.loads,
    "jsonencode": strings.as_json,
    "keys": sorted,
    "length": _length,
    "list": lambda *items: list(items),
    "lookup": lists.lookup,
    "lower": _on_text(strings.lower),
    "log": _numbers(lambda value, base: round(math.log(value, base), 12)),
    "matchkeys": lists.matching,
    "max": _numbers(max),
    "md5": _digest("md5"),
    "merge": lists.merge,
    "min": _numbers(min),
    "nonsensitive": lambda value: value,
    "one": lists.only,
    "parseint": _parsed,
    "pathexpand": _later("it is a path of the machine that deploys"),
    "plantimestamp": _later("it is the time of the plan"),
    "pow": lambda base, exponent: _whole(float(number(base)) ** float(number(exponent))),
    "range": lists.numbered,
    "regex": patterns.regex,
    "regexall": patterns.regex_all,
    "replace": patterns.replace,
    "reverse": lambda items: items[::-1],
    "rsadecrypt": _later("it is decrypted at deployment"),
    "sensitive": lambda value: value,
    "setintersection": lambda first, *others: Set(
        lists.unique([item for item in first if all(any(same(item, each) for each in other) for other in others)])
    ),
    "setproduct": lists.product,
    "setsubtract": lambda first, other: Set(
        lists.unique([item for item in first if not any(same(item, each) for each in other)])
    ),
    "setunion": lambda *given: Set(lists.unique(lists.concat(*given))),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": _numbers(_sign),
    "slice": lists.sliced,
    "sort": lists.ordered,
    "split": lambda separator, value: value.split(separator) if separator else list(value),
    "startswith": lambda value, start: plain(value).startswith(plain(start)),
    "strcontains": lambda value, part: plain(part) in plain(value),
    "strrev": _on_text(lambda value: strings.letters(value)[::-1]),
    "substr": strings.substr,
    "sum": lambda items: exact(sum(number(item) for item in items)),
    "textdecodebase64": lambda value, encoding: base64.b64decode(plain(value), validate=True).decode(plain(encoding)),
    "textencodebase64": _encoded,
    "timeadd": times.add,
    "timecmp": times.compared,
    "timestamp": _later("it is the time of the deployment"),
    "title": _on_text(lambda value: re.sub(r"\b\w", lambda match: match[0].upper(), value)),
    "tobool": lambda value: (
        value if isinstance(value, bool) or value is None else {"true": True, "false": False}[value]
    ),
    "tolist": lambda value: alike(list(value)),
    "tomap": lambda value: dict(zip(value, alike(list(value.values())), strict=True)),
    "tonumber": lambda value: None if value is None else number(value),
    "toset": lambda value: Set(lists.unique(list(value))),
    "tostring": lambda value: None if value is None else text(value),
    "transpose": lists.transposed,
    "trim": lambda value, cut: value.strip(cut),
    "trimprefix": lambda value, cut: value.removeprefix(cut),
    "trimspace": lambda value: value.strip(),
    "trimsuffix": lambda value, cut: value.removesuffix(cut),
    "upper": _on_text(strings.upper),
    "urlencode": _on_text(urllib.parse.quote_plus),
    "uuid": _later("it differs each time"),
    "uuidv5": _uuid_of,
    "values": lambda mapping: [mapping[key] for key in sorted(mapping)],
    "yamldecode": _on_text(decoded),
    "yamlencode": strings.as_yaml,
    "zipmap": lambda keys, values: {text(key): value for key, value in zip(keys, values, strict=True)},
}
