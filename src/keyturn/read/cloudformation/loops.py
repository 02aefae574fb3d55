"""
What the transform `AWS::LanguageExtensions` does before anything else: `Fn::ForEach` written out, and names that are worked out.

Source: CloudFormation's "Fn::ForEach", "Ref" and "AWS::LanguageExtensions transform"; read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from keyturn.graph import Path, Unknown, Value
from keyturn.read.cloudformation.invalid import TemplateError

LOOP = "Fn::ForEach::"
TRANSFORM = "AWS::LanguageExtensions"
MOST = 100_000
"""How many values loops may make: nested ones multiply."""


class Loops:
    """
    Writes out the loops of one template.

    Args:
        value: Evaluates a collection or a name: it may have references to parameters.
    """

    def __init__(self, value: Callable[[Any, Path], Value]) -> None:
        self.value = value
        self.moved: dict[Path, Path] = {}
        """Where what was written out stands in the template: path -> path in the template."""
        self.made = 0

    def written_out(self, data: Any, path: Path, source: Path, names: dict[str, str]) -> Any:
        """
        Data without loops.

        Args:
            path: Where it will stand.
            source: Where it stands in the template.
            names: The loops' identifiers that hold here, and their values.

        Raises:
            TemplateError: A loop is not what it should be, or they make too much.
        """
        self.made += 1
        if self.made > MOST:
            raise TemplateError(source, f"loops make more than {MOST:,} values")
        if isinstance(data, str):
            return _substituted(data, names) if names else data
        if isinstance(data, list):
            return [self.written_out(each, (*path, index), (*source, index), names) for index, each in enumerate(data)]
        if not isinstance(data, dict):
            return data
        if len(data) == 1 and isinstance(name := data.get("Ref"), str) and name in names:
            return names[name]
        made: dict[str, Any] = {}
        if len(data) == 1 and (named := data.get("Ref", data.get("Fn::GetAtt"))) is not None:
            (key,) = data
            return self._mention(key, self.written_out(named, (*path, key), (*source, key), names), (*source, key))
        for key, each in data.items():
            if key.startswith(LOOP):
                self._loop(made, each, path, (*source, key), names)
            else:
                written = _substituted(key, names)
                if names:
                    self.moved[(*path, written)] = (*source, key)
                made[written] = self.written_out(each, (*path, written), (*source, key), names)
        return made

    def _mention(self, function: str, named: Any, source: Path) -> Any:
        """`Ref` or `Fn::GetAtt` of what it names, worked out where that is a function; if it is not known, neither is what it gives."""
        first = named[0] if isinstance(named, list) and named else named
        if not isinstance(first, dict):
            return {function: named}
        name = self.value(first, source)
        if isinstance(name, Unknown):
            return first
        if not isinstance(name, str):
            raise TemplateError(source, f"`{function}` names nothing: its function gives no text")
        return {function: [str(name), *named[1:]] if isinstance(named, list) else str(name)}

    def _loop(self, made: dict[str, Any], loop: Any, path: Path, source: Path, names: dict[str, str]) -> None:
        if (
            not isinstance(loop, list)
            or len(loop) != 3
            or not isinstance(loop[0], str)
            or not isinstance(loop[2], dict)
        ):
            raise TemplateError(source, "`Fn::ForEach` takes an identifier, a collection and an object")
        identifier, collection, body = loop
        items = self.value(self.written_out(collection, (), (*source, 1), names), (*source, 1))
        if isinstance(items, Unknown):
            raise TemplateError(source, f"what `Fn::ForEach` goes through is unknown: {items.because}")
        if not isinstance(items, tuple):
            raise TemplateError(source, "`Fn::ForEach` goes through a list")
        for item in items:
            if isinstance(item, Unknown):
                raise TemplateError(source, f"what `Fn::ForEach` goes through is unknown: {item.because}")
            written = self.written_out(body, path, (*source, 2), {**names, identifier: str(item)})
            made.update(written)


def _substituted(text: str, names: dict[str, str]) -> str:
    """A text with the identifiers in it replaced; with `&{…}` only what a logical name may hold is kept."""
    if "{" not in text:
        return text
    for name, value in names.items():
        text = text.replace(f"${{{name}}}", value).replace(f"&{{{name}}}", re.sub(r"[^A-Za-z0-9]", "", value))
    return text
