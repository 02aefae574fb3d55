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


@functools.cache
def _pieces(form: str) -> tuple[str, ...]:
    """Literals and fields of a form by turns, a literal first."""
    return tuple(_FIELD.split(form))


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
    _filled_in: dict[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str | Unknown:
        return _string(self._once("name", self._name))

    @property
    def ref(self) -> str | Unknown:
        return _string(self._once("ref", lambda: self.render(self.shape.ref)))

    @property
    def arn(self) -> str | Unknown | None:
        arn = self.shape.arn
        return None if arn is None else _string(self._once("arn", lambda: self.render(arn)))

    def _once(self, what: str, give: Callable[[], Value]) -> Value:
        if what not in self._filled_in:
            self._filled_in[what] = give()
        return self._filled_in[what]

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
        pieces = _pieces(form)
        if len(pieces) == 3 and pieces[0] == pieces[2] == "":
            return self._field(pieces[1])
        return concat([self._field(piece) if index % 2 else piece for index, piece in enumerate(pieces) if piece])

    def _field(self, field_: str) -> Value:
        if field_ in _OWN:
            return getattr(self, field_)  # type: ignore[no-any-return]
        if (of_world := _OF_WORLD.get(field_)) is not None:
            return getattr(self.world, of_world)  # type: ignore[no-any-return]
        if field_[0].isupper():
            return self.property(*field_.split("."))
        form, _, purpose = field_.partition(":")
        return mint(form, self.world.account, self.world.stack, self.type, self.logical, purpose)

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
        return str(self._field(f"{form}:{purpose}"))


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
