"""
Properties as Terraform and Pulumi name them -> properties as CloudFormation names them, by the table in `keyturn.read.names`.

Values pass through as they are; a text that stands for a reference is not looked into. What the table does not know is told apart,
never guessed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from keyturn.graph import Path, Unknown
from keyturn.read.names import snake
from keyturn.read.names.kind import (
    Apart,
    Document,
    Entries,
    Ignored,
    Item,
    Kept,
    Kind,
    Object,
    Objects,
    Only,
    Package,
    Pairs,
    Renamed,
    Rule,
    Single,
    Spread,
)

Raw: TypeAlias = Any
"""JSON-like data, and whatever stands in it for references."""

BEGINNINGS = {"name_prefix", "bucket_prefix", "identifier_prefix", "cluster_identifier_prefix"}
"""What Terraform and Pulumi call the beginning of a name, to which they add what makes it unique."""


@dataclass(slots=True)
class Converted:
    """
    A resource in CloudFormation's vocabulary.

    Attributes:
        properties: By CloudFormation's names; plain dictionaries and lists.
        origins: Where each of them came from: CloudFormation's path -> the path in the user's words.
        kept: What is no property in CloudFormation, but is of use.
        apart: What is another resource in CloudFormation, with its policy; that one's places stand under its type.
        unmapped: Where the user's properties stand that the table does not know.
        begins: What its name begins with, where the user says that much only.
    """

    properties: dict[str, Raw] = field(default_factory=dict)
    origins: dict[Path, Path] = field(default_factory=dict)
    kept: dict[str, Raw] = field(default_factory=dict)
    apart: list[tuple[Apart, Raw]] = field(default_factory=list)
    unmapped: list[Path] = field(default_factory=list)
    begins: Raw = None


def convert(kind: Kind, name: str, properties: Mapping[str, Raw], *, tool: str) -> Converted:
    """
    Rewrite the properties of a resource of this kind.

    Args:
        name: Its logical name.
        tool: What makes it, Terraform or Pulumi, as its provider says in descriptions of its own.
    """
    converted = Converted()
    _Writer(converted).object(kind.properties, properties, converted.properties, (), ())
    for absent, value in kind.absent.items():
        converted.properties.setdefault(absent, value.format(name=name, tool=tool) if isinstance(value, str) else value)
    converted.properties.update(kind.fixed)
    words = (name for name in properties if snake(name) in BEGINNINGS and snake(name) in kind.properties)
    converted.begins = next((properties[name] or None for name in words), None)
    return converted


def rule_for(rules: Mapping[str, Rule], name: str) -> Rule | None:
    """The row for a property: by its own name, or by its singular, as Pulumi puts the names of lists into the plural."""
    for candidate in (name, name.removesuffix("s"), name.removesuffix("es"), f"{name.removesuffix('ies')}y"):
        if candidate in rules:
            return rules[candidate]
    return None


class _Writer:
    def __init__(self, converted: Converted) -> None:
        self.converted = converted

    def object(
        self, rules: Mapping[str, Rule], source: Mapping[str, Raw], target: dict[str, Raw], at: Path, origin: Path
    ) -> None:
        """Rewrite one object into `target`, which stands at `at`."""
        for name, value in source.items():
            if value is None:
                continue
            word = snake(name)
            rule = rule_for(rules, word)
            if rule is None:
                self.converted.unmapped.append((*origin, word))
            else:
                self.property(rule, value, target, at, (*origin, word))

    def property(self, rule: Rule, value: Raw, target: dict[str, Raw], at: Path, origin: Path) -> None:
        match rule:
            case str(to):
                self.put(target, at, to, value, origin)
            case Document(to):
                self.put(target, at, to, document(value), origin)
            case Pairs():
                self.put(target, at, rule.to, self.pairs(rule, value, _under(at, rule.to), origin), origin)
            case Item(to, name, fixed):
                item: dict[str, Raw] = {}
                self.put(item, (), name, value, origin)
                self.converted.origins.pop(_under((), name))
                self.put(target, at, to, [*(_at(target, to) or ()), {**item, **fixed}], origin)
            case Single(to):
                self.put(target, at, to, [value], origin)
            case Entries(to, key, named):
                items = _items(value)
                known = all(isinstance(item, Mapping) for item in items)
                self.put(target, at, to, {item.get(key): item.get(named) for item in items} if known else value, origin)
            case Object(to, rules):
                self.nested(to, rules, value, target, at, origin)
            case Objects(to):
                self.put(target, at, to, self.items(rule, value, target, at, origin), origin)
            case Spread():
                self.put(target, at, rule.to, self.spread(rule, value, _under(at, rule.to), origin), origin)
            case Only(to):
                if isinstance(value, list) and len(value) == 1:
                    self.put(target, at, to, value[0], origin)
                elif value:
                    self.put(target, at, to, Unknown("several values, of which one rule here has one"), origin)
            case Package(to):
                place = Unknown("deployment uploads the package")
                self.put(target, at, to, {"S3Bucket": place, "S3Key": place}, origin)
                self.converted.kept["Package"] = value
            case Renamed(to, words):
                self.put(target, at, to, words.get(value, value) if isinstance(value, str | bool) else value, origin)
            case Apart():
                self.converted.apart.append((rule, document(value)))
                self.converted.origins[(rule.type, rule.to)] = origin
            case Kept(name):
                self.converted.kept[name] = value
            case Ignored():
                pass

    def put(self, target: dict[str, Raw], at: Path, to: str, value: Raw, origin: Path) -> None:
        *outer, last = to.split(".")
        for step in outer:
            target = target.setdefault(step, {})
        target[last] = value
        self.converted.origins[(*at, *outer, last)] = origin

    def nested(
        self, to: str, rules: Mapping[str, Rule], value: Raw, target: dict[str, Raw], at: Path, origin: Path
    ) -> None:
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        if not isinstance(inner, Mapping):
            self.put(target, at, to, value, origin)
        elif to:
            self.put(target, at, to, self.item(rules, inner, _under(at, to), origin), origin)
        else:
            self.object(rules, inner, target, at, origin)

    def items(self, rule: Objects, value: Raw, target: dict[str, Raw], at: Path, origin: Path) -> Raw:
        """Objects of a list, behind those that blocks of another name have put there."""
        if not isinstance(value, list | Mapping):
            return value
        before = _at(target, rule.to)
        kept = before if isinstance(before, list) else []
        place = _under(at, rule.to)
        new = enumerate(_items(value))
        made = (self.item(rule.properties, each, (*place, len(kept) + n), (*origin, n)) for n, each in new)
        return [*kept, *made]

    def item(self, rules: Mapping[str, Rule], value: Raw, at: Path, origin: Path) -> Raw:
        if not isinstance(value, Mapping):
            return value
        target: dict[str, Raw] = {}
        self.object(rules, value, target, at, origin)
        return target

    def pairs(self, rule: Pairs, value: Raw, at: Path, origin: Path) -> Raw:
        if not isinstance(value, Mapping):
            return value
        for number, key in enumerate(value):
            self.converted.origins[(*at, number)] = (*origin, key)
        return [{rule.key: key, rule.value: of} for key, of in value.items()]

    def spread(self, rule: Spread, value: Raw, at: Path, origin: Path) -> Raw:
        if not isinstance(value, list | Mapping):
            return value
        spread: list[Raw] = []
        for number, each in enumerate(_items(value)):
            if not isinstance(each, Mapping):
                spread.append(each)
                continue
            by_name = {snake(name): of for name, of in each.items()}
            idle = {
                name for (other, value), names in rule.idle.items() if by_name.get(other) == value for name in names
            }
            own = {name: of for name, of in by_name.items() if name not in rule.peers and name not in idle}
            for to, peer, path in _peers(rule, by_name):
                place: Path = (*at, len(spread))
                item = self.item(rule.properties, own, place, (*origin, number))
                self.converted.origins[place] = (*origin, number)
                if to:
                    item[to] = peer
                    self.converted.origins[(*place, to)] = (*origin, number, *path)
                spread.append(item)
        return spread


def _peers(rule: Spread, item: Mapping[str, Raw]) -> Iterator[tuple[str, Raw, Path]]:
    """Each peer: the property that names it, itself, and where it stands; one of nothing if there is none."""
    found = False
    for name, to in rule.peers.items():
        peers = item.get(name)
        for number, peer in enumerate(peers if isinstance(peers, list) else [peers] if peers is not None else []):
            found = True
            yield to, peer, (name, number)
    if item.get("self") and "security_groups" in rule.peers:
        yield rule.peers["security_groups"], Unknown("the group itself"), ("self",)
    elif not found:
        yield "", None, ()


def _under(at: Path, to: str) -> Path:
    return (*at, *to.split("."))


def _at(target: Mapping[str, Raw], to: str) -> Raw:
    value: Raw = target
    for step in to.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _items(value: Raw) -> Sequence[Raw]:
    return value if isinstance(value, list) else [value]


def document(value: Raw, *, loads: Callable[[str], Raw] = json.loads) -> Raw:
    """A policy document as an object; Unknown if it is text that is not JSON."""
    if not isinstance(value, str):
        return value
    try:
        parsed: Raw = loads(value)
    except (ValueError, RecursionError) as error:
        return Unknown(f"it is not JSON: {error}")
    return parsed
