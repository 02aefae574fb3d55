"""Terraform's functions of strings, and those that write values as JSON and YAML."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import Any

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import TooMuch
from keyturn.read.terraform.hcl.values import Raw, number

_SIMPLE = re.compile(r"[\u200d\ufe0e\ufe0f\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""What puts characters together, besides marks that combine."""


def letters(value: str) -> str:
    """
    A text each of whose letters is one character.

    Raises:
        TooMuch: There are others, which Terraform counts as one.
    """
    shown = plain(value)
    if not shown.isascii() and (_SIMPLE.search(shown) or any(unicodedata.combining(each) for each in shown)):
        raise TooMuch("it has letters that are made of several characters")
    return shown


def upper(value: str) -> str:
    """In capitals, as Go has it: letter by letter."""
    return "".join(each.upper() if len(each.upper()) == 1 else each for each in value)


def lower(value: str) -> str:
    return "".join(each.lower() if len(each.lower()) == 1 else each for each in value)


def substr(whole: str, offset: Raw, length: Raw) -> str:
    start, count = int(number(offset)), int(number(length))
    bare = letters(whole)
    start = max(0, len(bare) + start) if start < 0 else start
    return bare[start:] if count < 0 else bare[start : start + count]


def as_json(value: Raw) -> str:
    """Keys in their order, and what could be HTML escaped, as Terraform writes it."""
    written = json.dumps(_whole(value), separators=(",", ":"), ensure_ascii=False, sort_keys=True)
    return written.translate(_ESCAPED)


def as_yaml(value: Raw) -> str:
    """Keys in their order, and every text in quotes, as Terraform writes it."""
    import yaml

    class Dumper(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def quoted(dumper: yaml.SafeDumper, data: str) -> yaml.ScalarNode:
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style="|" if "\n" in data else '"')

    Dumper.add_representer(str, quoted)
    written: str = yaml.dump(
        _whole(value), Dumper=Dumper, allow_unicode=True, default_flow_style=False, width=math.inf, sort_keys=True
    )
    return written


def _whole(value: Raw) -> Raw:
    """A value whose numbers are written without a point where they need none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value


_ESCAPED = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
