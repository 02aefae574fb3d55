"""The types of variables: what makes of a given value what the module is told."""

from __future__ import annotations

from collections.abc import Callable

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.lists import unique
from keyturn.read.terraform.hcl.parser import Parser
from keyturn.read.terraform.hcl.syntax import Call, Expression, Literal, Name, Object
from keyturn.read.terraform.hcl.values import Raw, Set, number, text, truth


def converted(value: Raw, type_: Expression, work_out: Callable[[Expression], Raw]) -> Raw:
    """A value as its type has it: numbers from texts, and the defaults of an object's optional attributes."""
    match type_:
        case Name("string") if isinstance(value, bool | int | float):
            return text(value)
        case Name("number") if isinstance(value, str) and value.lstrip("-").replace(".", "", 1).isdigit():
            return number(value)
        case Name("bool") if value in ("true", "false"):
            return truth(value)
        case Call("list" | "set" as kind, (item,)) if isinstance(value, list):
            items = [converted(each, item, work_out) for each in value]
            return items if kind == "list" else Set(unique(items))
        case Call("map", (item,)) if isinstance(value, dict):
            return {key: converted(each, item, work_out) for key, each in value.items()}
        case Call("object", (Object(items),)) if isinstance(value, dict):
            made = dict(value)
            for _, key, attribute in items:
                if isinstance(key, Literal):
                    made[str(key.value)] = _attribute(value.get(str(key.value)), attribute, work_out)
            return made
    return value


def _attribute(value: Raw, type_: Expression, work_out: Callable[[Expression], Raw]) -> Raw:
    if isinstance(type_, Call) and type_.function == "optional" and type_.arguments:
        if value is None and len(type_.arguments) > 1:
            value = work_out(type_.arguments[1])
        type_ = type_.arguments[0]
    return converted(value, type_, work_out)


def written(whole: str, type_: Expression | None, work_out: Callable[[Expression], Raw]) -> Raw:
    """A value that is given as text on the command line: as it is for a string, else an expression."""
    if type_ is None or (isinstance(type_, Name) and type_.name in ("string", "any")):
        return whole
    try:
        return work_out(Parser(whole).expression())
    except HclError:
        return whole
