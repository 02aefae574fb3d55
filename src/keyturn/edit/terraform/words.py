"""A property in CloudFormation's words -> the argument or block that says it in Terraform's, by the table in `keyturn.read.names`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from keyturn.edit.refusal import EditError
from keyturn.graph import Path, Value
from keyturn.read.names.kind import Document, Entries, Object, Objects, Pairs, Renamed, Rule, Single, Spread
from keyturn.read.terraform.places import STATEMENT


@dataclass(frozen=True, slots=True)
class Line:
    """`name = value`; a document is put into `jsonencode`."""

    name: str
    value: Value
    document: bool = False


@dataclass(frozen=True, slots=True)
class Nested:
    """`name { … }`."""

    name: str
    inside: tuple[Word, ...]


Word: TypeAlias = "Line | Nested"


def rules_at(rules: Mapping[str, Rule], path: Path) -> Mapping[str, Rule]:
    """
    The rules for what stands inside a property.

    Raises:
        EditError: The table does not know it.
    """
    left = tuple(step for step in path if isinstance(step, str))
    while left:
        inner = next((rule for rule in rules.values() if _holds(rule, left)), None)
        if not isinstance(inner, Object | Objects | Spread):
            raise EditError(f"what Terraform calls `{_dotted(path)}` is not known")
        rules, left = inner.properties, left[len(_steps(inner.to)) :]
    return rules


def _holds(rule: Rule, path: Path) -> bool:
    steps = _steps(rule.to) if isinstance(rule, Object | Objects | Spread) else ()
    return bool(steps) and path[: len(steps)] == steps


def _steps(to: str) -> Path:
    return tuple(to.split(".")) if to else ()


def word(rules: Mapping[str, Rule], path: Path, value: Value) -> Word:
    """
    What says that a property has a value.

    Raises:
        EditError: The table does not know it.
    """
    # Where Pulumi and Terraform call it differently, Terraform's name is the later one.
    for name, rule in reversed([*rules.items()]):
        if not name.endswith("_wo") and (said := _by(rule, name, path, value)):
            return said
    raise EditError(f"what Terraform calls `{_dotted(path)}` is not known")


def item(rules: Mapping[str, Rule], property_: str, value: Value) -> Nested:
    """
    What says that a list of objects has one more.

    Raises:
        EditError: The table does not know it.
    """
    for name, rule in rules.items():
        if isinstance(rule, Objects | Spread) and rule.to == property_ and isinstance(value, Mapping):
            peers = {to: name for name, to in rule.peers.items()} if isinstance(rule, Spread) else {}
            own = (word(rule.properties, (key,), of) for key, of in value.items() if key not in peers)
            return Nested(name, (*own, *(Line(peers[key], (of,)) for key, of in value.items() if key in peers)))
    raise EditError(f"what Terraform calls `{property_}` is not known")


def entries_of(rules: Mapping[str, Rule], property_: str | int) -> Entries | None:
    """The rule of a property that is an object here and a list of named blocks there."""
    return next((rule for rule in rules.values() if isinstance(rule, Entries) and rule.to == property_), None)


def _by(rule: Rule, name: str, path: Path, value: Value) -> Word | None:
    match rule:
        case str(to) if path == _steps(to):
            return Line(name, value)
        case Renamed(to, words) if path == _steps(to):
            return Line(name, next((there for there, here in words.items() if here == value), value))
        case Document(to) if path[: len(steps := _steps(to))] == steps:
            for step in reversed(path[len(steps) :]):
                if isinstance(step, int):
                    return None
                value = {step: value}
            return Line(name, value, document=True)
        case Object("", rules):
            return next((said for inner, each in rules.items() if (said := _by(each, inner, path, value))), None)
        case Object(to, rules) if path == _steps(to) and isinstance(value, Mapping):
            return Nested(name, tuple(word(rules, (key,), of) for key, of in value.items()))
        case Object(to, rules) if path[: len(steps := _steps(to))] == steps and len(path) > len(steps):
            return Nested(name, (word(rules, path[len(steps) :], value),))
        case Single(to) if path == _steps(to) and isinstance(value, tuple) and len(value) == 1:
            return Line(name, value[0])
        case Pairs(to, key, of) if path == _steps(to) and isinstance(value, tuple):
            return Line(name, {str(each[key]): each[of] for each in value if isinstance(each, Mapping)})
        case Entries(to, key, of) if len(path) == 2 and path[0] == to:
            return Nested(name, (Line(key, str(path[1])), Line(of, value)))
    return None


def statement(value: Value) -> Nested:
    """A policy's statement as a block of `aws_iam_policy_document`."""
    if not isinstance(value, Mapping):
        raise EditError("it is no statement")
    return Nested("statement", tuple(_of_statement(value)))


def _of_statement(given: Mapping[str, Value]) -> Iterator[Word]:
    words = {key: name for name, key in STATEMENT.items()}
    for key in ("Sid", "Effect"):
        if key in given:
            yield Line(words[key], given[key])
    for key in ("Action", "NotAction", "Resource", "NotResource"):
        if key in given:
            yield Line(words[key], _listed(given[key]))
    for key in ("Principal", "NotPrincipal"):
        named = given.get(key)
        for type_, identifiers in (named if isinstance(named, Mapping) else {"*": named} if named else {}).items():
            yield Nested(words[key], (Line("type", type_), Line("identifiers", _listed(identifiers))))
    conditions = given.get("Condition")
    for test, of in (conditions if isinstance(conditions, Mapping) else {}).items():
        for variable, values in (of if isinstance(of, Mapping) else {}).items():
            said = (Line("test", test), Line("variable", variable), Line("values", _listed(values)))
            yield Nested(words["Condition"], said)


def _listed(value: Value) -> Value:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _dotted(path: Path) -> str:
    return ".".join(map(str, path))
