"""Data -> YAML as people write it: short forms of functions, lists indented, a blank line between declarations."""

from __future__ import annotations

import re
from typing import Any

import yaml

from keyturn.read.source.yaml import SHORT

_TAGS = {name: tag for tag, name in SHORT.items()}
WIDTH = 140

_BARE = re.compile(r"[A-Za-z][A-Za-z0-9:.]*[A-Za-z0-9]\Z")
"""What a short form is followed by without quotes: names."""


def document(template: dict[str, Any]) -> str:
    """A whole template: its sections, and the declarations in them, set apart."""
    return "\n".join(_section(name, section) for name, section in template.items())


def _section(name: str, section: Any) -> str:
    if not isinstance(section, dict):
        return dumped({name: section})
    declarations = (dumped({key: value}) for key, value in section.items())
    return f"{name}:\n" + "\n".join(indented(text, 2) for text in declarations)


def dumped(data: Any, *, flow: bool = False, width: int = WIDTH) -> str:
    """Data as YAML text that ends in a line break; `flow` writes lists and objects in brackets."""
    dumper = _InlineDumper if flow else _Dumper
    return yaml.dump(data, Dumper=dumper, sort_keys=False, width=width, allow_unicode=True, default_flow_style=flow)


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def choose_scalar_style(self) -> Any:
        event: Any = self.event
        if event.tag and event.tag.startswith("!") and not event.style:
            if _BARE.match(event.value):
                return ""
            if event.value.isprintable() and not {'"', "\\"} & set(event.value):
                return '"'
        return super().choose_scalar_style()


class _InlineDumper(_Dumper):
    def choose_scalar_style(self) -> Any:
        event: Any = self.event
        return '"' if "\n" in event.value else super().choose_scalar_style()


def _string(dumper: _Dumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if _is_block(text) else None)


def _is_block(text: str) -> bool:
    """Whether a text is best written line by line; the emitter falls back to quotes where YAML would not give it back."""
    return "\n" in text and all(character.isprintable() or character == "\n" for character in text)


def _mapping(dumper: _Dumper, data: dict[str, Any]) -> yaml.Node:
    if len(data) == 1:
        ((name, argument),) = data.items()
        if name in _TAGS and (node := _short(dumper, name, argument)) is not None:
            return node
    return dumper.represent_mapping("tag:yaml.org,2002:map", data)


def _short(dumper: _Dumper, name: str, argument: Any) -> yaml.Node | None:
    """A function's short form; None where it has none: YAML does not take two tags in a row."""
    tag = _TAGS[name]
    if name == "Fn::GetAtt" and isinstance(argument, list) and all(isinstance(each, str) for each in argument):
        return dumper.represent_scalar(tag, ".".join(argument))
    if isinstance(argument, str):
        return dumper.represent_scalar(tag, argument, style="|" if _is_block(argument) else None)
    if isinstance(argument, list):
        node = dumper.represent_sequence(tag, argument)
        node.flow_style = len(str(argument)) < WIDTH - 40
        return node
    return None


_Dumper.add_representer(str, _string)
_Dumper.add_representer(dict, _mapping)
