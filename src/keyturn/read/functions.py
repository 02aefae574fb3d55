"""
CloudFormation's functions of values: Values in, Value out.

The same functions run twice. Reading a program they work on planned values, and what they give remembers how it was made (`Text`, `Items`,
`Unknown.source`); at deployment `resolve` runs them again on what the references really give.

Source: CloudFormation's "Intrinsic function reference"; read 2026-11.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from keyturn.graph import Call, Items, Ref, Source, Text, Unknown, Value

LONGEST = 1_000_000
"""Characters of a text that is put together, as many as a template may have: it can double with every resource that mentions another."""
TOO_LONG = f"it is longer than {LONGEST:,} characters"
_LITERAL = {str}


class FunctionError(Exception):
    """A function is given what it does not take; the text says what, in the words of its user."""


def text(value: Value) -> str | Unknown:
    """
    A scalar as CloudFormation writes it into a string.

    Raises:
        FunctionError: A list, an object or nothing.
    """
    if isinstance(value, str | Unknown):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    raise FunctionError(f"a string is wanted here, not {kind(value)}")


def kind(value: Value) -> str:
    """What a value is, for messages."""
    match value:
        case None:
            return "nothing"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case Mapping():
            return "an object"
        case Unknown():
            return "something unknown"
    return "a list"


def concat(pieces: Iterable[Value]) -> str | Unknown:
    """Pieces put together, each a scalar."""
    values = [piece if isinstance(piece, str) else text(piece) for piece in pieces]
    if len(values) == 1:
        return dynamic(values[0]) if isinstance(values[0], str) else values[0]
    kinds = {*map(type, values)}
    if Unknown in kinds:
        unknown = next(value for value in values if isinstance(value, Unknown))
        alone = sum(value != "" for value in values) == 1  # As in `${Role.Arn}`: it is what it refers to.
        if alone:
            return unknown
        before = dynamic("".join(values[: values.index(unknown)]))  # type: ignore[arg-type]
        because = (before if isinstance(before, Unknown) else unknown).because  # Of several, what comes first.
        return Unknown(because, Call("Fn::Join", ("", tuple(values))))
    if sum(map(len, values)) > LONGEST:  # type: ignore[arg-type]
        return Unknown(TOO_LONG, Call("Fn::Join", ("", tuple(values))))
    whole = "".join(values)  # type: ignore[arg-type]
    if kinds <= _LITERAL:
        return dynamic(whole)
    parts: list[str | Source] = []
    for value in values:
        parts += value.parts if isinstance(value, Text) else (str(value),)
    return dynamic(Text(whole, merged(parts)))


def dynamic(value: str) -> str | Unknown:
    """The string itself, or Unknown when CloudFormation will look a part of it up: `{{resolve:ssm:/engine/version}}`."""
    if "{{resolve:" not in value:
        return value
    reference, closed, _ = value[value.index("{{resolve:") + 2 :].partition("}}")
    if not closed:  # A piece, which what it is put together with may close.
        return value
    return Unknown(f"`{reference}` is looked up at deployment", Call("resolve", value))


def join(argument: Value) -> Value:
    delimiter, items = _pair(argument, "a delimiter and a list")
    if isinstance(items, Unknown):
        return Unknown(items.because, Call("Fn::Join", argument))
    if not isinstance(items, tuple):
        raise FunctionError(f"a list is wanted, not {kind(items)}")
    if isinstance(items, Items):
        whole = concat(_interleaved(items, delimiter))
        return Text(whole, (Call("Fn::Join", argument),)) if isinstance(whole, str) else whole
    return concat(_interleaved(items, delimiter))


def _interleaved(items: tuple[Value, ...], delimiter: Value) -> Iterable[Value]:
    for index, item in enumerate(items):
        if index:
            yield delimiter
        yield item


def select(argument: Value) -> Value:
    index, items = _pair(argument, "an index and a list")
    if isinstance(unknown := index if isinstance(index, Unknown) else items, Unknown):
        return Unknown(unknown.because, Call("Fn::Select", argument))
    number = text(index)
    if not isinstance(number, str) or not number.isdecimal():
        raise FunctionError(f"an index is wanted, not `{index}`")
    if not isinstance(items, tuple):
        raise FunctionError(f"a list is wanted, not {kind(items)}")
    if int(number) >= len(items):
        if isinstance(items, Items) and _may_be_longer(items.source):
            return Unknown("how long the list is AWS decides", Call("Fn::Select", argument))
        raise FunctionError(f"index {number} of a list of {len(items)}")
    item = items[int(number)]
    if isinstance(items, Items) and isinstance(item, str) and not isinstance(item, Text):
        return Text(item, (Call("Fn::Select", (int(number), items)),))
    return item


def _may_be_longer(source: Source) -> bool:
    """Whether a list may have more items than are known here: an attribute's, which others add to, or the zones of some regions."""
    if isinstance(source, Ref):
        return source.attribute is not None
    return source.function == "Fn::GetAZs" and source.argument not in _ZONES


def split(argument: Value) -> Value:
    delimiter, whole = _pair(argument, "a delimiter and a string")
    if isinstance(whole, Unknown):
        return Unknown(whole.because, Call("Fn::Split", argument))
    if not isinstance(delimiter, str) or not delimiter or not isinstance(whole, str):
        raise FunctionError(f"a delimiter and a string are wanted, not {kind(delimiter)} and {kind(whole)}")
    pieces = whole.split(delimiter)
    if not isinstance(whole, Text):
        return tuple(pieces)
    source = Call("Fn::Split", argument)
    return items_of(pieces, source)


def items_of(values: Iterable[Value], source: Source) -> Items:
    """A list that `source` gives, each of its strings knowing which of the list it is."""
    plain = tuple(values)
    whole = Items(plain, source)
    return Items(
        (
            Text(each, (Call("Fn::Select", (index, whole)),)) if isinstance(each, str) else each
            for index, each in enumerate(plain)
        ),
        source,
    )


def encode(argument: Value) -> Value:
    value = text(argument)
    if isinstance(value, Unknown):
        return Unknown(value.because, Call("Fn::Base64", value))
    if len(value) > LONGEST:
        return Unknown(TOO_LONG, Call("Fn::Base64", value))
    encoded = base64.b64encode(value.encode()).decode()
    return Text(encoded, (Call("Fn::Base64", value),)) if isinstance(value, Text) else encoded


def cidr(argument: Value) -> Value:
    if not isinstance(argument, tuple) or len(argument) not in (2, 3):
        raise FunctionError("a block, a count and the bits of each are wanted")
    if unknown := _unknown(argument):
        return Unknown(unknown.because, Call("Fn::Cidr", argument))
    import ipaddress

    block, count, *bits = (str(text(each)) for each in argument)
    try:
        network = ipaddress.ip_network(block)
        width = int(bits[0]) if bits else 8 if network.version == 4 else 64
        prefix = network.max_prefixlen - width
        if not network.prefixlen <= prefix <= network.max_prefixlen or not 1 <= int(count) <= min(
            256, 2 ** (prefix - network.prefixlen)
        ):
            raise FunctionError(f"{block} does not hold {count} blocks of {width} bits")
        subnets = network.subnets(new_prefix=prefix)
        blocks = tuple(str(next(subnets)) for _ in range(int(count)))
    except ValueError as error:
        raise FunctionError(str(error)) from None
    return items_of(blocks, Call("Fn::Cidr", argument)) if _referring(argument) else blocks


def length(argument: Value) -> Value:
    if isinstance(argument, Unknown):
        return Unknown(argument.because, Call("Fn::Length", argument))
    if not isinstance(argument, tuple | Mapping):
        raise FunctionError(f"a list is wanted, not {kind(argument)}")
    return len(argument)


def to_json(argument: Value) -> Value:
    if unknown := _unknown(argument):
        return Unknown(unknown.because, Call("Fn::ToJsonString", argument))
    if not isinstance(argument, tuple | Mapping):
        raise FunctionError(f"a list or an object is wanted, not {kind(argument)}")
    if _characters(argument) > LONGEST:
        return Unknown(TOO_LONG, Call("Fn::ToJsonString", argument))
    written = json.dumps(plain(argument), separators=(",", ":"), ensure_ascii=False)
    return Text(written, (Call("Fn::ToJsonString", argument),)) if _referring(argument) else written


_ZONES = {"us-west-1": "ac", "ca-central-1": "abd", "ap-northeast-1": "acd", "us-east-1": "abcdef", "us-west-2": "abcd"}


def zones(argument: Value) -> Value:
    """The availability zones of a region; an account may be offered others, and a region that is not listed may have more."""
    if not isinstance(argument, str):
        if isinstance(argument, Unknown):
            return Unknown(argument.because, Call("Fn::GetAZs", argument))
        raise FunctionError(f"a region is wanted, not {kind(argument)}")
    return items_of((argument + letter for letter in _ZONES.get(argument, "abc")), Call("Fn::GetAZs", argument))


def imported(argument: Value) -> Value:
    name = text(argument)
    if isinstance(name, Unknown):
        return Unknown(name.because, Call("Fn::ImportValue", name))
    return Unknown(f"`{name}` is exported by another stack", Call("Fn::ImportValue", name))


_ASKED = ("StackName", "OutputName", "Region", "RoleArn")


def stack_output(argument: Value) -> Value:
    if isinstance(argument, Unknown):
        return Unknown(argument.because, Call("Fn::GetStackOutput", argument))
    if not isinstance(argument, Mapping) or not {*_ASKED[:2]} <= argument.keys() <= {*_ASKED}:
        raise FunctionError(
            "`StackName` and `OutputName` are wanted, and with them no more than `Region` and `RoleArn`"
        )
    told = {name: text(each) for name, each in argument.items()}
    unknown = next((each for each in told.values() if isinstance(each, Unknown)), None)
    because = f"`{told['OutputName']}` is put out by another stack, `{told['StackName']}`"
    return Unknown(unknown.because if unknown else because, Call("Fn::GetStackOutput", argument))


FUNCTIONS: Mapping[str, Callable[[Value], Value]] = {
    "Fn::Base64": encode,
    "Fn::Cidr": cidr,
    "Fn::GetAZs": zones,
    "Fn::GetStackOutput": stack_output,
    "Fn::ImportValue": imported,
    "Fn::Join": join,
    "Fn::Length": length,
    "Fn::Select": select,
    "Fn::Split": split,
    "Fn::ToJsonString": to_json,
}
"""By name: those that need nothing but their argument, already evaluated. An empty region has been filled in for `Fn::GetAZs`."""
OTHERS = frozenset(("Fn::GetStackOutput", "Fn::ImportValue"))
"""Those that ask other stacks, which only a deployment knows."""


def plain(value: Value) -> Any:
    """A value as `json` takes it: lists and objects of its own, no memory of what they were made of."""
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    return str(value) if isinstance(value, Text) else value


def merged(parts: Iterable[str | Source]) -> tuple[str | Source, ...]:
    """The same parts with neighbouring literals put together, and empty ones left out."""
    whole: list[str | Source] = []
    literal = ""
    for part in parts:
        if isinstance(part, str):
            literal += part
        else:
            if literal:
                whole.append(literal)
                literal = ""
            whole.append(part)
    if literal:
        whole.append(literal)
    return tuple(whole)


def _pair(argument: Value, wanted: str) -> tuple[Value, Value]:
    if not isinstance(argument, tuple) or len(argument) != 2:
        raise FunctionError(f"{wanted} are wanted")
    return argument[0], argument[1]


def _unknown(value: Value) -> Unknown | None:
    """The first unknown anywhere in a value."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        return next((found for each in value if (found := _unknown(each))), None)
    return None


def _characters(value: Value) -> int:
    """How many characters of text are in a value, those of keys left aside."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, Mapping):
        value = tuple(value.values())
    return sum(map(_characters, value)) if isinstance(value, tuple) else 0


def _referring(value: Value) -> bool:
    """Whether a value is made from references anywhere."""
    if isinstance(value, Mapping):
        return any(_referring(each) for each in value.values())
    if isinstance(value, tuple):
        return isinstance(value, Items) or any(_referring(each) for each in value)
    return isinstance(value, Text)
