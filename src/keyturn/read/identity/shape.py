"""
How the names, ids and ARNs of one type are formed, as data.

A form is a string with fields in braces:

* `{partition}`, `{region}`, `{account}`, `{suffix}` (what hosts end in), `{stack}`, `{logical}`: of the world and the resource;
* `{name}`, `{ref}`, `{arn}`: of its shape;
* `{BucketName}`, `{Endpoint.Port}`: a property, unknown where it is not declared;
* `{uuid}`, `{hex17}`, `{mixed6}` …: minted for this resource (`mint`); `{hex17:eni}` is another one of the same form.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

from keyturn.graph import Unknown, Value
from keyturn.read.functions import FunctionError, concat
from keyturn.read.identity.mint import mint

if TYPE_CHECKING:
    from keyturn.read.world import World

Form: TypeAlias = "str | Callable[[Fields], Value]"

_FIELD = re.compile(r"\{([^{}]*)\}")
_OWN = frozenset(("name", "ref", "arn", "logical"))
_OF_WORLD = {**{name: name for name in ("partition", "region", "account", "stack")}, "suffix": "dns_suffix"}
"""Fields that are attributes: of the resource, of the world."""


@dataclass(frozen=True, slots=True)
class Shape:
    """
    What one type is known by.

    Attributes:
        ref: What `Ref` gives.
        arn: Its ARN; None for a type that has none.
        name: The property that gives its name; empty where it has no name.
        minted: The name that CloudFormation gives it when the property is not there.
        limit: How long such a name may be.
        lower: Whether AWS keeps its name in lower case.
        attributes: What `Fn::GetAtt` gives.
    """

    ref: Form = "{name}"
    arn: Form | None = None
    name: str = ""
    minted: str = "{stack}-{logical}-{mixed12}"
    limit: int = 255
    lower: bool = False
    attributes: Mapping[str, Form] = field(default_factory=dict)


@dataclass(slots=True)
class Fields:
    """What the forms of one resource are filled with."""

    logical: str
    type: str
    properties: Mapping[str, Value]
    world: World
    shape: Shape
    begins: Value = None
    _known: dict[str, str | Unknown | None] = field(default_factory=dict)

    @property
    def name(self) -> str | Unknown:
        if "name" not in self._known:
            self._known["name"] = _string(self._name())
        return self._known["name"]  # type: ignore[return-value]

    @property
    def ref(self) -> str | Unknown:
        if "ref" not in self._known:
            self._known["ref"] = _string(self.render(self.shape.ref))
        return self._known["ref"]  # type: ignore[return-value]

    @property
    def arn(self) -> str | Unknown | None:
        if "arn" not in self._known:
            self._known["arn"] = None if self.shape.arn is None else _string(self.render(self.shape.arn))
        return self._known["arn"]

    def _name(self) -> str | Unknown:
        given = self.properties.get(self.shape.name) if self.shape.name else None
        if self.begins is not None and not isinstance(given, str):  # A plan says of such a name that it is not known.
            given = concat((self.begins, self.mint("digits18")))
        if isinstance(given, Unknown):
            return given
        if given is None:
            minted = _cut(str(self.render(self.shape.minted)), self.shape.limit)
            return minted.lower() if self.shape.lower else minted
        if not isinstance(given, str | int | float):
            return Unknown(f"{self.shape.name} of {self.logical} is not a string")
        text = concat((given,))
        return text.lower() if self.shape.lower and isinstance(text, str) and not text.islower() else text

    def render(self, form: Form) -> Value:
        """A form filled in; a form that is one field gives its value as it is. Unknown where a property is no string that should be one."""
        try:
            return form(self) if callable(form) else self._filled(form)
        except FunctionError as error:
            return Unknown(f"what {self.logical} is known by cannot be told: {error}")

    def _filled(self, form: str) -> Value:
        pieces = _pieces(form, self.world)
        if len(pieces) == 1 and not isinstance(pieces[0], str):
            return pieces[0](self)
        return concat([piece if isinstance(piece, str) else piece(self) for piece in pieces])

    def property(self, *path: str) -> Value:
        """The value of a property; Unknown where it is not declared, for AWS then chooses."""
        value: Value = self.properties
        for step in path:
            if isinstance(value, Unknown):
                return value
            value = value.get(step) if isinstance(value, Mapping) else None
        return Unknown(f"AWS chooses {'.'.join(path)} of {self.logical}") if value is None else value

    def mint(self, form: str, purpose: str = "") -> str:
        """A minted identifier, for forms that are functions."""
        return mint(form, self.world.account, self.world.stack, self.type, self.logical, purpose)


@functools.lru_cache(maxsize=4096)
def _pieces(form: str, world: World) -> tuple[str | Callable[[Fields], Value], ...]:
    """The literals of a form, with what is the same for all of a world, and what gives each of its other fields."""
    pieces: list[str | Callable[[Fields], Value]] = []
    literal = ""
    for index, piece in enumerate(_FIELD.split(form)):
        if not index % 2:
            literal += piece
        elif piece in _OF_WORLD:
            literal += getattr(world, _OF_WORLD[piece])
        else:
            pieces += (literal, _giving(piece)) if literal else (_giving(piece),)
            literal = ""
    return (*pieces, literal) if literal else tuple(pieces)


def _giving(name: str) -> Callable[[Fields], Value]:
    if name in _OWN:
        return attrgetter(name)
    if name[0].isupper():
        path = name.split(".")
        return lambda fields: fields.property(*path)
    form, _, purpose = name.partition(":")
    return lambda fields: fields.mint(form, purpose)


def _string(value: Value) -> str | Unknown:
    if isinstance(value, str | Unknown):
        return value
    return str(value) if isinstance(value, int | float) else Unknown("it is not a string")


def _cut(name: str, limit: int) -> str:
    """A minted name within its limit: CloudFormation cuts the stack and the logical name, never what makes it unique."""
    if len(name) <= limit:
        return name
    unique = name[-13:]
    return name[: limit - len(unique)].rstrip("-") + unique
