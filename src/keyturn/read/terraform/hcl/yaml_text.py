"""
YAML as Terraform's `yamldecode` reads it: numbers and dates are told from text otherwise than in templates.

Source: Terraform's "yamldecode", go-cty-yaml's `resolve.go`; held against Terraform 1.11.4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from keyturn.read.source import DEEPEST
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.values import Raw

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
}
_INTEGER = re.compile(r"[-+]?\d+|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TAG = re.compile(r"(?:&\S+\s+)?!")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def decoded(text: str) -> Raw:
    """
    What a YAML text says.

    Raises:
        HclError: It is not YAML, empty, or nested too deep.
    """
    try:
        _shallow(text)  # What is nested deep takes the composer's stack with it.
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError) as error:
        raise HclError(f"not YAML: {' '.join(str(error).split())}") from None
    if node is None:
        raise HclError("not YAML: there is nothing in it")
    return _Reader(text).value(node, 0)


def _shallow(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                raise HclError(f"nested more than {DEEPEST} deep")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


@dataclass(slots=True)
class _Reader:
    text: str
    known: dict[int, Raw] = field(default_factory=dict)
    """What nodes say, each read once however often it is repeated."""

    def value(self, node: yaml.Node, depth: int) -> Raw:
        if depth > DEEPEST:
            raise HclError(f"nested more than {DEEPEST} deep")
        if id(node) not in self.known:
            if isinstance(node, yaml.ScalarNode):
                made: Raw = node.value if node.style or self.is_text(node) else _plain(node.value)
            elif isinstance(node, yaml.SequenceNode):
                made = [self.value(each, depth + 1) for each in node.value]
            else:
                made = self.mapping(node, depth)
            self.known[id(node)] = made
        return self.known[id(node)]

    def mapping(self, node: yaml.Node, depth: int) -> dict[str, Raw]:
        made: dict[str, Raw] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise HclError("a key that is not a text")
            inside = self.value(value, depth + 1)
            if key.value == "<<" and not key.style and isinstance(inside, dict):
                made = {**inside, **made}
            else:
                made[key.value] = inside
        return made

    def is_text(self, node: yaml.ScalarNode) -> bool:
        """Whether a scalar says itself that it is a text: `!!str 5`."""
        return node.tag == "tag:yaml.org,2002:str" and _TAG.match(self.text, node.start_mark.index) is not None


def _plain(text: str) -> Raw:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        number = float(text)
        return int(number) if number.is_integer() else number
    return f"{text}T00:00:00Z" if _DATE.fullmatch(text) else text
