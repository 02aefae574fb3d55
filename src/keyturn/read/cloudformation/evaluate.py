"""
A template's expressions -> values: references, functions and conditions, in a world where every resource has its planned identity.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from keyturn.graph import Call, Parameter, Path, Ref, Remark, Text, Unknown, Value
from keyturn.read.cloudformation.conditions import Conditions
from keyturn.read.cloudformation.elsewhere import Elsewhere
from keyturn.read.cloudformation.invalid import TemplateError, meant, undeclared
from keyturn.read.cloudformation.mentions import SUBSTITUTE
from keyturn.read.cloudformation.parameters import revealed
from keyturn.read.functions import FUNCTIONS, FunctionError, concat, dynamic, items_of, kind
from keyturn.read.identity import Identity
from keyturn.read.source import Source
from keyturn.read.weak import weakly
from keyturn.read.world import PSEUDO, World


class _NoValue:
    """What `AWS::NoValue` gives: the property is as if it were not there."""


NO_VALUE: Any = _NoValue()

STEPS = 200_000
"""How many functions may be worked out besides one for each character: what a `Sub` mentions twice in another doubles with each."""

PREFIXES = ("Fn::", "fn::")
DECIDING = frozenset(
    f"Fn::{name}"
    for name in [
        "And",
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "Equals",
        "Not",
        "Or",
        "RefAll",
        "ValueOf",
        "ValueOfAll",
    ]
)
"""Functions of conditions and rules, which no value is made with."""

ASIDE: Path = ("",)
"""Where values stand that are not in a property themselves: arguments of functions, what a condition compares."""


class Evaluator:
    """
    Evaluates the expressions of one template.

    Args:
        known: Gives the identity of a resource that is declared and not left out by its condition.
        elsewhere: What other stacks are known to give.
    """

    def __init__(
        self,
        source: Source,
        world: World,
        parameters: Mapping[str, Parameter],
        known: Callable[[str], Identity],
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.source = source
        self.world = world
        self.parameters = parameters
        self.known = known
        self.elsewhere = elsewhere or Elsewhere()
        self.mappings: Mapping[str, Any] = _section(source.data, "Mappings")
        self.resources: Mapping[str, Any] = _section(source.data, "Resources")
        self.conditions = Conditions(_section(source.data, "Conditions"), weakly(self._in_condition), source.added)
        self.remarks: list[Remark] = []
        self.origins: dict[Path, Path] = {}
        """Of the resource that is being evaluated: see `Places`."""
        self._pseudo = {name: world.pseudo(name) for name in PSEUDO if name != "AWS::NoValue"}
        self._deciding = False
        self._left = STEPS + len(source.text)

    def value(self, data: Any, path: Path, to: Path) -> Value:
        """
        What data in the template stands for.

        Args:
            path: Where it stands in the template.
            to: Where the value will stand in its resource.

        Raises:
            TemplateError: CloudFormation would refuse it.
        """
        if isinstance(data, str):
            return dynamic(data)
        if isinstance(data, dict):
            if len(data) == 1:
                (key,) = data
                if key in self._functions:
                    return self._call(key, data[key], (*path, key), to)
                if key[:4] in PREFIXES and key not in DECIDING and not self.source.added:
                    raise TemplateError(
                        (*path, key), f"`{key}` is no function of CloudFormation{meant(key, self._functions)}"
                    )
            return self._object(data, path, to)
        if isinstance(data, list):
            return self._list(data, path, to)
        return data  # type: ignore[no-any-return]

    def taken(self, resource: str) -> bool | Unknown:
        """Whether a resource's condition lets it be made."""
        declared = self.resources[resource]
        if not isinstance(declared, dict) or "Condition" not in declared:
            return True
        return self.conditions.holds(declared["Condition"], ("Resources", resource, "Condition"))

    def _object(self, data: dict[str, Any], path: Path, to: Path) -> Value:
        if "Fn::Transform" in data:
            return self._transform(data["Fn::Transform"], (*path, "Fn::Transform"), to)
        if not self._alone.isdisjoint(data):
            key = next(key for key in data if key in self._alone)
            raise TemplateError((*path, key), f"`{key}` stands beside other keys; a function stands alone")
        made: dict[str, Value] = {}
        for key, each in data.items():
            value = dynamic(each) if isinstance(each, str) else self.value(each, (*path, key), (*to, key))
            if value is not NO_VALUE:
                made[key] = value
        return made

    def _list(self, data: list[Any], path: Path, to: Path) -> tuple[Value, ...]:
        made: list[Value] = []
        for index, each in enumerate(data):
            if isinstance(each, str) and len(made) == index:
                made.append(dynamic(each))
                continue
            place = (*to, len(made))
            if len(made) != index:
                self.origins[place] = (*path, index)
            value = self.value(each, (*path, index), place)
            if value is not NO_VALUE:
                made.append(value)
        return tuple(made)

    def _call(self, name: str, argument: Any, path: Path, to: Path) -> Value:
        self._left -= 1
        if self._left < 0:
            raise TemplateError(path, f"working out the template takes more than {STEPS:,} steps beyond its length")
        try:
            if (function := self._own.get(name)) is not None:
                return function(self, argument, path, to)
            return FUNCTIONS[name](self.value(argument, path, ASIDE))
        except FunctionError as misused:
            raise TemplateError(path, f"`{name}`: {misused}") from None

    def ref(self, name: Any, path: Path, _to: Path = ASIDE) -> Value:
        """What `Ref` gives."""
        if not isinstance(name, str):
            raise TemplateError(
                path,
                f"`Ref` names a parameter or a resource, not {kind(tuple(name) if isinstance(name, list) else name)}",
            )
        if (pseudo := self._pseudo.get(name)) is not None:
            return pseudo
        if name == "AWS::NoValue":
            return NO_VALUE  # type: ignore[no-any-return]
        if (parameter := self.parameters.get(name)) is not None:
            return revealed(name, parameter) if self._deciding else parameter.value
        if self.source.added and name not in self.resources:
            return Unknown(self.source.added)
        return self._mention(self._identity(name, path).identity, Ref(name))

    def _get_att(self, data: Any, path: Path, _to: Path = ASIDE) -> Value:
        resource, attribute = self.attribute(data, path)
        if self.source.added and resource not in self.resources:
            return Unknown(self.source.added)
        attributes = self._identity(resource, path).attributes
        if attribute not in attributes:
            missing = f"`{attribute}` of {resource} ({self._type(resource)}) is not modelled"
            return Unknown(missing, Ref(resource, attribute))
        return self._mention(attributes[attribute], Ref(resource, attribute))

    def attribute(self, data: Any, path: Path) -> tuple[str, str]:
        """The resource and the attribute that `Fn::GetAtt` names."""
        if isinstance(data, str):
            resource, _, rest = data.partition(".")
            return resource, rest
        if not isinstance(data, list) or len(data) < 2 or not isinstance(data[0], str):
            raise TemplateError(path, "`Fn::GetAtt` takes a resource and an attribute")
        if len(data) == 2 and isinstance(data[1], str) and dynamic(data[1]) is data[1]:
            return data[0], data[1]
        names = [concat((self.value(each, (*path, index + 1), ASIDE),)) for index, each in enumerate(data[1:])]
        if unknown := next((each for each in names if isinstance(each, Unknown)), None):
            raise TemplateError(path, f"the attribute is unknown: {unknown.because}")
        return data[0], ".".join(map(str, names))

    def _identity(self, name: str, path: Path) -> Identity:
        if name not in self.resources:
            property_ = next(
                (str(step) for step in reversed(path[:-1]) if isinstance(step, str) and not step.startswith("Fn::")),
                "this",
            )
            raise TemplateError(
                path, f"`{property_}` names {undeclared(name, [*self.resources, *self.parameters, *PSEUDO])}"
            )
        if self.taken(name) is False:
            raise TemplateError(path, f"`{name}` is left out by its condition `{self.resources[name]['Condition']}`")
        return self.known(name)

    def _type(self, resource: str) -> str:
        declared = self.resources[resource]
        return str(declared.get("Type")) if isinstance(declared, dict) else "nothing"

    def _mention(self, value: Value, ref: Ref) -> Value:
        """A value as it is mentioned: it remembers by what."""
        match value:
            case str():
                return Text(value, (ref,))
            case Unknown():
                return Unknown(value.because, ref)
            case tuple():
                return items_of((str(each) if isinstance(each, Text) else each for each in value), ref)
            case Mapping():
                return Unknown(f"`{ref.attribute}` of {ref.name} is an object", ref)
        return Text(concat((value,)), (ref,)) if value is not None else None  # type: ignore[arg-type]

    def _sub(self, data: Any, path: Path, to: Path) -> Value:
        named: Mapping[str, Any] = {}
        whole = data
        if isinstance(data, list) and len(data) == 2 and isinstance(data[1], dict):
            whole, named = data
        if not isinstance(whole, str):
            raise TemplateError(path, "`Fn::Sub` takes a string, or a string and an object")
        return concat(self._substituted(whole, named, path))

    def _substituted(self, whole: str, named: Mapping[str, Any], path: Path) -> Iterator[Value]:
        pieces = SUBSTITUTE.split(whole)
        for index, piece in enumerate(pieces):
            if not index % 2:
                yield piece
            elif piece.startswith("!"):
                yield f"${{{piece[1:]}}}"
            elif (name := piece.strip()) in named:
                yield self.value(named[name], (*path, 1, name), ASIDE)
            elif "." in name:
                yield self._get_att(name, path)
            else:
                value = self.ref(name, path)
                yield "" if value is NO_VALUE else value

    def _if(self, data: Any, path: Path, to: Path) -> Value:
        if not isinstance(data, list) or len(data) != 3:
            raise TemplateError(path, "`Fn::If` takes a condition and two values")
        holds = self.conditions.holds(data[0], (*path, 0))
        if isinstance(holds, Unknown):
            return holds
        chosen = 1 if holds else 2
        self.origins[to] = (*path, chosen)
        return self.value(data[chosen], (*path, chosen), to)

    def _find_in_map(self, data: Any, path: Path, to: Path) -> Value:
        if not isinstance(data, list) or len(data) not in (3, 4):
            raise TemplateError(path, "`Fn::FindInMap` takes a mapping and two keys")
        keys = [self.value(each, (*path, index), ASIDE) for index, each in enumerate(data[:3])]
        if unknown := next((key for key in keys if isinstance(key, Unknown)), None):
            return Unknown(unknown.because)
        found: Any = self.mappings
        for key in keys:
            found = found.get(concat((key,))) if isinstance(found, dict | Mapping) else None
        if found is not None:
            return self._mapped(found, ("Mappings", *(str(key) for key in keys)))
        if len(data) == 4 and isinstance(data[3], dict) and "DefaultValue" in data[3]:
            return self.value(data[3]["DefaultValue"], (*path, 3, "DefaultValue"), to)
        if self.source.added:
            return Unknown(self.source.added)
        if keys[0] not in self.mappings:
            told = f"`Fn::FindInMap` names the mapping {undeclared(str(keys[0]), self.mappings)}"
            raise TemplateError(path, f"{told}{self._others(keys[0], self.mappings)}")
        rows = self.mappings.get(str(keys[0]))
        others = self._others(keys[1], rows if isinstance(rows, dict) else {})
        raise TemplateError(path, f"the mapping `{keys[0]}` has no `{keys[1]}`, `{keys[2]}`{others}")

    def _mapped(self, data: Any, path: Path) -> Value:
        """A value in a mapping. There are no functions in those, but for a transform that puts in what stands elsewhere."""
        if isinstance(data, list):
            return tuple(self._mapped(each, (*path, index)) for index, each in enumerate(data))
        if isinstance(data, dict):
            if function := next((key for key in data if key in self._functions and key != "Fn::Transform"), None):
                raise TemplateError((*path, function), f"`{function}` stands in a mapping, where no functions may")
            if "Fn::Transform" not in data:
                return {key: self._mapped(each, (*path, key)) for key, each in data.items()}
        return self.value(data, path, ASIDE)

    def _others(self, key: Value, known: Mapping[str, Any]) -> str:
        """For a mapping by region or account that leaves this one out: what to say."""
        for own, option, form in (
            (self.world.region, "--region", r"[a-z]{2}(-[a-z]+)+-[0-9]"),
            (self.world.account, "--account", r"[0-9]{12}"),
        ):
            others = [str(name) for name in known if re.fullmatch(form, str(name))]
            if str(key) == own and own not in known and others:
                more = f" and {len(others) - 1} more" if others[1:] else ""
                return f": it is for {others[0]}{more}, say {option} {others[0]}"
        return ""

    def _zones(self, data: Any, path: Path, to: Path) -> Value:
        region = self.value(data, path, ASIDE)
        return FUNCTIONS["Fn::GetAZs"](self._pseudo["AWS::Region"] if region == "" else region)

    def _import(self, data: Any, path: Path, to: Path) -> Value:
        name = self.value(data, path, ASIDE)
        known = self.elsewhere.export(name, self.world)
        return (
            FUNCTIONS["Fn::ImportValue"](name)
            if not isinstance(known, str)
            else Text(known, (Call("Fn::ImportValue", name),))
        )

    def _stack_output(self, data: Any, path: Path, to: Path) -> Value:
        asked = self.value(data, path, ASIDE)
        unknown = FUNCTIONS["Fn::GetStackOutput"](asked)
        known = self.elsewhere.output(asked, self.world)
        return Text(known, (Call("Fn::GetStackOutput", asked),)) if isinstance(known, str) else unknown

    def _transform(self, data: Any, path: Path, to: Path) -> Value:
        name = data.get("Name") if isinstance(data, dict) else data
        because = f"the transform `{name}` makes it at deployment"
        self.remarks.append(Remark(self.source.place(path), because))
        return Unknown(because)

    _own: ClassVar[Mapping[str, Callable[[Evaluator, Any, Path, Path], Value]]] = {
        "Ref": ref,
        "Fn::FindInMap": _find_in_map,
        "Fn::GetAZs": _zones,
        "Fn::GetAtt": _get_att,
        "Fn::GetStackOutput": _stack_output,
        "Fn::If": _if,
        "Fn::ImportValue": _import,
        "Fn::Sub": _sub,
        "Fn::Transform": _transform,
    }
    """Functions that look at the template, and not at their argument alone."""
    _functions: ClassVar = _own.keys() | FUNCTIONS.keys()
    _alone: ClassVar = _functions - {"Ref"}

    def _in_condition(self, data: Any, path: Path) -> Value:
        """A value that a condition compares: it may look at secrets, for it tells nothing of them."""
        self._deciding = True
        try:
            return self.value(data, path, ASIDE)
        finally:
            self._deciding = False


def _section(data: Any, name: str) -> Mapping[str, Any]:
    section = data.get(name)
    if section is not None and not isinstance(section, dict):
        raise TemplateError((name,), f"`{name}` is not an object")
    return section or {}
