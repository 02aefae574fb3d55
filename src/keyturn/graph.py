"""
The planned world: what an AWS account will hold once the user's program is deployed.

Readers build it from any dialect; checks, the policy questions, the template writer and the local cloud look at it. All values are
frozen, and the vocabulary is CloudFormation's: types such as `AWS::KMS::Key`, properties such as `KeyPolicy`.

A property holds plain data (None, bool, int, float, str, tuple, Mapping), and three kinds more:

* `Text`, a string made from references. It reads as the concrete string it will be (`arn:aws:kms:us-east-1:123456789012:key/…`, its
  identifiers minted where AWS would choose them), so it compares and matches like any other; and it remembers what it was made of.
* `Items`, such a list: what `Fn::Split` or a list-valued attribute gives.
* `Unknown`, a value that cannot be known before deployment, with the reason. It is never equal to anything, itself excepted.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, KeysView, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Self, TypeAlias

from keyturn.memory import Memory

Value: TypeAlias = "bool | int | float | str | Unknown | tuple[Value, ...] | Mapping[str, Value] | None"
COMPOUND = (dict, tuple, Mapping)
"""What values are made of others; dict goes first, because an abstract class takes its time to answer."""
Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands inside a resource: property names and list indexes, e.g. ("KeyPolicy", "Statement", 0)."""


class Place(NamedTuple):
    """A position in a file of the user's. Line and column count from 1; 0 says that only the file is known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


class Ref(NamedTuple):
    """A mention of another declaration: `attribute` is None for what `Ref` gives, else as in `Fn::GetAtt`."""

    name: str
    attribute: str | None = None


class Call(NamedTuple):
    """
    A function of references that is worked out again at deployment, when what they give is known.

    `function` is CloudFormation's name for it, e.g. `Fn::Select`, and `argument` what it takes; `resolve` is a string with dynamic
    references (`{{resolve:…}}`) in it.
    """

    function: str
    argument: Value


Source: TypeAlias = Ref | Call


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    A value that cannot be known before deployment: a parameter without default, an import, a lookup.

    `source` is what will give it then, as far as the reader can say.
    """

    because: str
    source: Source | None = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        """As it stands in a text, such as an error of AWS's, that is told but for it."""
        return "…"


class Text(str):
    """A string made from references: its value is what it will be, its `parts` are what it was made of."""

    parts: tuple[str | Source, ...]

    __slots__ = ("parts",)

    def __new__(cls, value: str, parts: tuple[str | Source, ...]) -> Self:
        text = super().__new__(cls, value)
        text.parts = parts
        return text

    def __getnewargs__(self) -> tuple[str, tuple[str | Source, ...]]:  # type: ignore[override]
        return str(self), self.parts


class Items(tuple["Value", ...]):
    """A list that one reference or function gives whole: its items are what they will be, `source` is what gives them."""

    source: Source

    def __new__(cls, items: Iterable[Value], source: Source) -> Self:
        made = super().__new__(cls, items)
        made.source = source
        return made

    def __getnewargs__(self) -> tuple[tuple[Value, ...], Source]:
        return tuple(self), self.source


class Site(NamedTuple):
    """A property of a resource, as a finding points at it."""

    resource: Resource
    path: Path

    @property
    def place(self) -> Place:
        """Where it stands; where the nearest enclosing one does whose place is known, else where the resource does."""
        known = self.resource.places
        enclosing = (known.get(self.path[:end]) for end in range(len(self.path), 0, -1))
        return next((place for place in enclosing if place), self.resource.place)

    @property
    def property(self) -> str:
        return ".".join(str(step) for step in self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """
    One resource of the planned world.

    Attributes:
        name: Its logical name, unique in the graph.
        type: Its CloudFormation type.
        properties: Its properties by their CloudFormation names, references resolved.
        place: Where it is declared.
        places: Where each of its properties stands, as far as the reader knows.
        identity: What `Ref` will give: a name, an id or an ARN, by type.
        arn: Its ARN; None for a type that has none.
        attributes: What `Fn::GetAtt` will give, by attribute name.
        depends_on: The logical names it is declared to depend on; dependencies by reference are not repeated here.
        region, account, partition: Where it will live.
        label: What its user calls it: a Terraform address, a CDK construct path; the logical name elsewhere.
        metadata: What its reader or writer wants to keep, e.g. deletion policies, or where a function's code is.
        afterwards: The properties that are set once it is there, by declarations of their own.
    """

    name: str
    type: str
    properties: Mapping[str, Value]
    place: Place
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False)
    identity: str | Unknown = Unknown("its type's identity is not modelled")
    arn: str | Unknown | None = None
    attributes: Mapping[str, Value] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    region: str = "us-east-1"
    account: str = "123456789012"
    partition: str = "aws"
    label: str = ""
    metadata: Mapping[str, Value] = field(default_factory=dict)
    afterwards: frozenset[str] = frozenset()
    memory: Memory = field(default_factory=Memory, init=False, repr=False)

    def get(self, *path: str | int) -> Value:
        """The value at a path, None where nothing is declared, Unknown where an enclosing value is."""
        value: Value = self.properties
        for step in path:
            if type(value) is dict:  # As nearly all are.
                value = value.get(step)
            elif type(value) is tuple:
                value = value[step] if isinstance(step, int) and step < len(value) else None
            elif value is None or isinstance(value, Unknown):
                return value
            elif isinstance(value, Mapping) and isinstance(step, str):
                value = value.get(step)
            elif isinstance(value, tuple) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def at(self, *path: str | int) -> Site:
        """Point at a property; at the resource itself without a path."""
        return Site(self, path)

    def __str__(self) -> str:
        return self.label or self.name


@dataclass(frozen=True, slots=True)
class Parameter:
    """
    What the program asks of whoever deploys it.

    Attributes:
        value: What a reference to it gives: what was given, else its default, else Unknown.
        type: CloudFormation's type of parameter.
        given: The text that was given; for an SSM type, the name of the SSM parameter. None where the default holds.
        declaration: The rest of what declares it: `Default`, `AllowedValues`, `NoEcho` …
    """

    value: Value
    type: str = "String"
    given: str | None = field(default=None, repr=False)
    declaration: Mapping[str, Value] = field(default_factory=dict, repr=False)


class Remark(NamedTuple):
    """
    Something that the reader saw and could not take into account, or that its user should know of.

    `left_out` is the type of what is not in the graph, or the type and the property: `aws_route_table.route`. `repeated` is the key that
    stands there again. `handed` are the names of the resources that were handed to what is not looked at.
    """

    place: Place
    text: str
    left_out: str = ""
    repeated: str = ""
    handed: frozenset[str] = frozenset()


class Output(NamedTuple):
    """A value that the stack gives to others."""

    value: Value
    description: str = ""
    export: Value = None


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Everything one program will deploy together: a CloudFormation stack, a Terraform root module, a Pulumi stack."""

    resources: Mapping[str, Resource]
    file: str
    dialect: str
    """`cloudformation`, `cdk`, `terraform` or `pulumi`: for messages and for `--fix`; checks never ask."""
    stack: str = "stack"
    """The name it is deployed under, which AWS puts into the names it chooses."""
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    region: str = "us-east-1"
    account: str = "123456789012"
    partition: str = "aws"
    as_of: datetime.date | None = None
    """The day on which it is to be deployed, for facts that change; None is today."""
    remarks: tuple[Remark, ...] = ()
    transforms: tuple[str, ...] = ()
    """The transforms that the template declares; what they are to make of it, a check may miss."""
    beside: tuple[Graph, ...] = field(default=(), repr=False)
    """Other graphs that are deployed with it: nested stacks, stacks of the same app. What they declare can be found from here."""
    previous: Graph | None = field(default=None, repr=False)
    """What is deployed now and will be changed into this, as far as it is known."""
    memory: Memory = field(default_factory=Memory, init=False, repr=False)
    _known: Mapping[str, list[Resource]] = field(init=False, repr=False)
    _typed: Mapping[str, list[Resource]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        known: dict[str, list[Resource]] = {}
        typed: dict[str, list[Resource]] = {}
        for keys in (lambda each: (each.arn, each.attributes.get("Arn")), lambda each: (each.identity,)):
            for resource in self.resources.values():
                for key in keys(resource):
                    if isinstance(key, str):
                        known.setdefault(str(key), []).append(resource)
        for resource in self.resources.values():
            typed.setdefault(resource.type, []).append(resource)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_typed", typed)

    def __iter__(self) -> Iterator[Resource]:
        return iter(self.resources.values())

    @property
    def types(self) -> KeysView[str]:
        """The CloudFormation types that its resources are of."""
        return self._typed.keys()

    def of_type(self, *types: str) -> Iterator[Resource]:
        """The resources of these CloudFormation types, in the order of their declaration."""
        if len(types) == 1:
            return iter(self._typed.get(types[0], ()))
        return (resource for resource in self if resource.type in types)

    @property
    def together(self) -> tuple[Graph, ...]:
        """This graph, and those that are deployed with it."""
        return (self, *self.beside)

    def everywhere(self, *types: str) -> Iterator[Resource]:
        """The resources of these types, or all, here and in what is deployed with it: there, too, one may be before it is missed."""
        return (resource for graph in self.together for resource in (graph.of_type(*types) if types else graph))

    def find(self, value: Value, *types: str, by: Resource | None = None) -> Resource | None:
        """
        The resource whose identity or ARN this value is; None if none declared here, or deployed beside, is.

        A reference to a resource finds it also where its name is not known before deployment.

        Args:
            by: What names it: of two stacks with resources of one name, each means its own.
        """
        if not isinstance(value, str):
            return self._referred(value, types, by) if isinstance(value, Unknown) else None
        graphs = self.together
        if by is not None and self.beside and not self.holds(by):
            graphs = (*(each for each in self.beside if each.holds(by)), *graphs)
        return next((found for graph in graphs if (found := graph._own(value, types))), None)

    def _referred(self, value: Unknown, types: tuple[str, ...], by: Resource | None) -> Resource | None:
        if not isinstance(value.source, Ref) or value.source.attribute not in (None, "Arn"):
            return None
        graph = self if by is None or self.holds(by) else next((each for each in self.beside if each.holds(by)), self)
        found = graph.resources.get(value.source.name)
        return found if found is not None and (not types or found.type in types) else None

    def holds(self, resource: Resource) -> bool:
        """Whether a resource is one of this graph's own."""
        return self.resources.get(resource.name) is resource

    def _own(self, value: str, types: tuple[str, ...]) -> Resource | None:
        return next((each for each in self._known.get(value, ()) if not types or each.type in types), None)

    def left_out(self, word: str, *, whole: bool = False) -> str | None:
        """
        Something with this word in its name that the reader could not map: what it would change is not known.

        Args:
            word: In small letters, without underscores.
            whole: Only resources, not properties of theirs.
        """
        remarks = (remark for graph in self.together for remark in graph.remarks)
        told = (remark.left_out for remark in remarks if not whole or "." not in remark.left_out)
        return next((each for each in told if word in each.lower().replace("_", "")), None)

    def handed_on(self, resource: Resource) -> str | None:
        """What a resource is handed to and the reader could not look at: it may complete it, such as by a policy; None if there is none."""
        graphs = (graph for graph in self.together if graph.holds(resource))
        return next((each.text for graph in graphs for each in graph.remarks if resource.name in each.handed), None)

    def before(self, resource: Resource) -> Resource | None:
        """A resource as it is now, before the deployment; None if that is not known, or there is none."""
        now = self.previous or ()
        return next((each for each in now if (each.type, str(each)) == (resource.type, str(resource))), None)

    def follow(self, resource: Resource, *path: str | int, types: tuple[str, ...] = ()) -> Resource | None:
        """The resource that a property names, through an alias to its target; None if it is not declared here."""
        found = self.find(value := resource.get(*path), *types, by=resource)
        if found is None and "AWS::KMS::Key" in types and (alias := self.find(value, "AWS::KMS::Alias", by=resource)):
            return self.follow(alias, "TargetKeyId", types=types)
        return found
