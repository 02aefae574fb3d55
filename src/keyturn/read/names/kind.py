"""How one resource type of Terraform and Pulumi is written in CloudFormation: the shapes that the table is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Document:
    """A policy: JSON text or an object there, an object here."""

    to: str


@dataclass(frozen=True, slots=True)
class Pairs:
    """A map there; here a list of objects, each with one key and its value."""

    to: str
    key: str
    value: str


TAGS = Pairs("Tags", "Key", "Value")


@dataclass(frozen=True, slots=True)
class Object:
    """One nested object; Terraform wraps it in a list of one. `to` may be empty: its properties then stand in what encloses it."""

    to: str
    properties: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Objects:
    """A list of nested objects."""

    to: str
    properties: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Spread:
    """
    A list of objects there, each naming several peers; here one object for each peer.

    `peers` maps each list of peers to the property that names one of them. `idle` are properties that mean nothing where another has
    a value: there they have to be given all the same.
    """

    to: str
    properties: Mapping[str, Rule]
    peers: Mapping[str, str]
    idle: Mapping[tuple[str, object], tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entries:
    """A list of objects there, one object here, its keys and values taken from two properties of each."""

    to: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Single:
    """One value there, a list of it here."""

    to: str


@dataclass(frozen=True, slots=True)
class Item:
    """One value there; here an object in a list, with `fixed` in it too."""

    to: str
    name: str
    fixed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Only:
    """A list there, the one value in it here; of more than one, none is told."""

    to: str


@dataclass(frozen=True, slots=True)
class Package:
    """A file or folder there that deployment uploads; a place in a bucket here, known only then. The path is kept."""

    to: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """A word there, another here: `public-read` is `PublicRead`, `internal = true` is a scheme. What is not listed stays."""

    to: str
    words: Mapping[str | bool, str | bool]


@dataclass(frozen=True, slots=True)
class Apart:
    """
    A policy that is a property there, and here a resource of its own.

    Attributes:
        type: What that is.
        to: The property of it that has the policy.
        of: The property of it that names the resource which the policy is of, in a list where `listed`.
    """

    type: str
    to: str
    of: str
    listed: bool = True


@dataclass(frozen=True, slots=True)
class Kept:
    """Nothing that CloudFormation declares as a property; kept in the resource's metadata under this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """It says how to deploy, or what CloudFormation says elsewhere; the planned world does not change with it."""


Rule: TypeAlias = (
    str
    | Document
    | Pairs
    | Object
    | Objects
    | Spread
    | Entries
    | Single
    | Item
    | Only
    | Package
    | Renamed
    | Apart
    | Kept
    | Ignored
)
"""A string is a property of the same meaning. Dots reach into objects, in every rule: `Code.S3Bucket`."""


def inside(outer: str, rules: Mapping[str, Rule]) -> dict[str, Rule]:
    """Rules for what stands in an object here, and in none there."""
    return {name: _inside(outer, rule) for name, rule in rules.items()}


def _inside(outer: str, rule: Rule) -> Rule:
    if isinstance(rule, Ignored | Kept | Apart):
        return rule
    return f"{outer}.{rule}" if isinstance(rule, str) else replace(rule, to=f"{outer}.{rule.to}")


Outputs: TypeAlias = Mapping[str, "str | Outputs | tuple[Outputs, ...]"]
"""
What a resource tells after its creation: an attribute as in `Fn::GetAtt`, `""` for what `Ref` gives, and a text with `{}` for one
made from what `Ref` gives, `{region}`, `{account}` and `{partition}`. Nested as there.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """
    A resource of its own there, a property of another here.

    Attributes:
        of: The property that names the other resource.
        into: The property of the other resource that it becomes.
        take: The one property that is taken; all of them when empty.
        many: It becomes an item of a list; each of a list's own items does.
        reverse: How it completes, instead, each resource that it names in a list, where the other is not declared.
    """

    of: str
    into: str
    take: str = ""
    many: bool = False
    reverse: Part | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """
    One resource type.

    Attributes:
        type: CloudFormation's name. For a part, the name under which it stands alone if what it completes is not declared.
        terraform, pulumi: Its names there; Pulumi's is the token.
        properties: Terraform's property names; Pulumi's are the same, in the plural for some lists.
        outputs: What can be referred to, by Terraform's names.
        absent: What CloudFormation must be told where Terraform's silence means something else. `{name}` is the resource's, `{tool}` is
            what makes it.
        fixed: What the type itself says there, and a property says here.
        when: Values that its properties must have to be of this kind, where one type there is two here.
        given: A property that must be there to be of this kind.
        later: What comes with its creation in CloudFormation, and there by a declaration of its own.
        part: Set if it is a property of another resource here. Its outputs then are that resource's.
    """

    type: str
    terraform: str
    pulumi: str
    properties: Mapping[str, Rule] = field(default_factory=dict)
    outputs: Outputs = field(default_factory=lambda: {"id": ""})
    absent: Mapping[str, object] = field(default_factory=dict)
    fixed: Mapping[str, object] = field(default_factory=dict)
    when: Mapping[str, object] = field(default_factory=dict)
    given: str = ""
    later: frozenset[str] = frozenset()
    part: Part | None = None
