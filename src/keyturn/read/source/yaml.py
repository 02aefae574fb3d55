"""
YAML -> data, one pass over libyaml's events.

Short forms of functions are written out (`!GetAtt a.b` becomes `{"Fn::GetAtt": ["a", "b"]}`). Scalars are read as YAML 1.1, with
two exceptions that lose nothing: dates stay strings (`Version: 2012-10-17`), and so do numbers whose text would be lost
(`EngineVersion: 13.10`, account ids with a leading zero).
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from keyturn.graph import Place, Remark
from keyturn.read.source import DEEPEST, Mark, Marks, Source, given_twice
from keyturn.read.world import Unreadable
from keyturn.resembling import resembling

LARGEST = 500_000
"""How many values aliases may repeat: they can make a few lines into billions. Of a long text, LONG characters count as one."""
LONG = 1 << 10

SHORT = {
    "!Ref": "Ref",
    "!Condition": "Condition",
    **{
        f"!{name}": f"Fn::{name}"
        for name in (
            "And",
            "Base64",
            "Cidr",
            "Contains",
            "EachMemberEquals",
            "EachMemberIn",
            "Equals",
            "FindInMap",
            "ForEach",
            "GetAZs",
            "GetAtt",
            "GetStackOutput",
            "If",
            "ImportValue",
            "Join",
            "Length",
            "Not",
            "Or",
            "RefAll",
            "Select",
            "Split",
            "Sub",
            "ToJsonString",
            "Transform",
            "ValueOf",
            "ValueOfAll",
        )
    },
}

_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"), True),
    **dict.fromkeys(("false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"), False),
}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Scalar, _Mapping, _MappingEnd, _SequenceEnd, _Alias = (
    *(yaml.ScalarEvent, yaml.MappingStartEvent, yaml.MappingEndEvent, yaml.SequenceEndEvent),
    yaml.AliasEvent,
)


def load(file: str, text: str) -> Source:
    """
    Read one YAML document.

    Raises:
        Unreadable: It is not YAML; it has functions CloudFormation does not know; it is nested or repeated beyond all reason.
    """
    loader = _LOADER(text)
    try:
        return _Builder(file, loader).source(text)
    except yaml.MarkedYAMLError as error:
        raise Unreadable(file, _told(error, text)) from None
    except yaml.YAMLError as error:
        raise Unreadable(file, f"not YAML: {' '.join(str(error).split())}") from None
    finally:
        loader.dispose()


def _told(error: yaml.MarkedYAMLError, text: str) -> str:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or error.context or "not well-formed"
    if mark is None:
        return f"not YAML: {problem}"
    lines = text.splitlines()
    if "cannot start any token" in problem and mark.line < len(lines) and "\t" in lines[mark.line][: mark.column + 1]:
        problem = "a tab stands where YAML wants spaces"
    return f"{mark.line + 1}:{mark.column + 1}: not YAML: {problem}"


class _Builder:
    """Builds values from events; recursion is as deep as the values are nested, which is bounded."""

    def __init__(self, file: str, loader: Any) -> None:
        self.file = file
        self.next = loader.get_event
        self.anchors: dict[str, tuple[Any, Marks | None, int]] = {}
        self.remarks: list[Remark] = []
        self.count = 0
        self.repeated = 0

    def source(self, text: str) -> Source:
        self.next()
        if isinstance(self.next(), yaml.StreamEndEvent):
            return Source(self.file, text, None, marks={})
        data, marks = self.value(self.next(), 0)
        self.next()
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise Unreadable(self.file, f"{event.start_mark.line + 1}:1: a second document; one template has one")
        return Source(self.file, text, data, tuple(self.remarks), marks if marks is not None else {})

    def value(self, event: Any, depth: int) -> tuple[Any, Marks | None]:
        """The value that begins with this event, and the marks inside it."""
        kind = type(event)
        if kind is _Alias:
            return self.alias(event)
        before = self.count
        self.count += 1
        if kind is _Scalar:
            made: Any = _plain(event.value) if event.implicit[0] else event.value
            marks = None
            if len(event.value) > LONG:
                self.count += len(event.value) // LONG
            if event.tag is None and event.anchor is None:
                return made, None
        elif depth >= DEEPEST:
            raise self.refused(event, f"nested more than {DEEPEST} deep")
        elif kind is _Mapping:
            made, marks = self.mapping(depth)
        else:
            made, marks = self.sequence(depth)
        if (tag := event.tag) is not None and tag != "!":
            made, marks = self.tagged(event, tag, made, marks)
        if event.anchor is not None:
            self.anchors[event.anchor] = made, marks, self.count - before
        return made, marks

    def mapping(self, depth: int) -> tuple[dict[str, Any], Marks]:
        made: dict[str, Any] = {}
        marks: Marks = {}
        merged: list[tuple[Any, Marks | None]] = []
        while type(event := self.next()) is not _MappingEnd:
            if type(event) is _Scalar:
                key = event.value
                self.count += 1
                if event.anchor is not None:
                    self.anchors[event.anchor] = key, None, 1
            else:
                key, _ = self.value(event, depth + 1)
                if not isinstance(key, str):
                    raise self.refused(event, "a key that is not a string")
            value, inside = self.value(self.next(), depth + 1)
            mark = event.start_mark
            if key == "<<" and not event.style:
                merged.append((value, inside))
                continue
            if key in made:
                self.remarks.append(given_twice(self.at(event), key))
            made[key] = value
            marks[key] = (mark.line + 1, mark.column + 1, inside)
        for value, inside in merged:
            self.merge(made, marks, value, inside)
        return made, marks

    def merge(self, made: dict[str, Any], marks: Marks, value: Any, inside: Marks | None) -> None:
        """YAML's `<<`: what the mapping does not say itself."""
        if isinstance(value, list):
            for index, each in enumerate(value):
                self.merge(made, marks, each, inside[index][2] if inside else None)
        elif isinstance(value, dict):
            for key, each in value.items():
                if key not in made:
                    made[key] = each
                    if inside and key in inside:
                        marks[key] = inside[key]

    def sequence(self, depth: int) -> tuple[list[Any], Marks]:
        made: list[Any] = []
        marks: Marks = {}
        while type(event := self.next()) is not _SequenceEnd:
            mark = event.start_mark
            value, inside = self.value(event, depth + 1)
            marks[len(made)] = (mark.line + 1, mark.column + 1, inside)
            made.append(value)
        return made, marks

    def alias(self, event: Any) -> tuple[Any, Marks | None]:
        if event.anchor not in self.anchors:
            raise self.refused(event, f"`*{event.anchor}` has no `&{event.anchor}` before it")
        value, marks, size = self.anchors[event.anchor]
        self.count += size
        self.repeated += size
        if self.repeated > LARGEST:
            raise self.refused(event, f"aliases expand to more than {LARGEST:,} values")
        return value, marks

    def tagged(self, event: Any, tag: str, value: Any, marks: Marks | None) -> tuple[Any, Marks | None]:
        if tag.startswith("tag:yaml.org,2002:"):
            kind = tag.removeprefix("tag:yaml.org,2002:")
            if kind in ("str", "map", "seq"):
                return value, marks
            if kind in ("int", "float", "bool", "null") and isinstance(value, str):
                return _plain(value), None
            raise self.refused(event, f"`!!{kind}` is not taken by CloudFormation")
        name = SHORT.get(tag)
        if name is None:
            close = resembling(tag, SHORT)
            raise self.refused(
                event,
                f"`{tag}` is not a function of CloudFormation" + (f"; did you mean `{close}`?" if close else ""),
            )
        mark: Mark = (event.start_mark.line + 1, event.start_mark.column + 1, marks)
        if name == "Fn::GetAtt" and isinstance(value, str):
            resource, _, attribute = value.partition(".")
            value = [resource, attribute]
        return {name: value}, {name: mark}

    def at(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def refused(self, event: Any, because: str) -> Unreadable:
        return Unreadable(self.file, f"{event.start_mark.line + 1}:{event.start_mark.column + 1}: {because}")


def _plain(text: str) -> Any:
    """An untagged scalar that is not quoted: what it looks like."""
    if len(text) <= 5 and text in _WORDS:
        return _WORDS[text]
    if text[0] in "-+.0123456789":
        if _INTEGER.match(text) and text[0] != "+" and len(text) < 19:
            return int(text)
        # A text that would not be written so again, such as 1.10, is kept as it is; YAML wants a point in 5.0e-324.
        if _NUMBER.match(text) and repr(number := float(text)) == text.replace(".0e", "e"):
            return number
    return text
