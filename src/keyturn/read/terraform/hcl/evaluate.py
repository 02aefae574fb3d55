"""
HCL's expressions -> values.

Values are JSON-like. What is not known before deployment is a text with a mark (`keyturn.read.pulumi.marks`), and makes unknown all that
is worked out from it; what refers to resources is an `Instance` until something is asked of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from keyturn.graph import Unknown
from keyturn.read.pulumi.marks import Marks, plain
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.syntax import (
    Attribute,
    Binary,
    Call,
    Choice,
    Condition,
    Expression,
    For,
    Index,
    Items,
    Literal,
    Loop,
    Name,
    Object,
    Splat,
    Template,
    Unary,
)
from keyturn.read.terraform.hcl.values import Instance, Lazy, Raw, number, pairs, same, settled, text, truth

MOST = 200_000
"""How many expressions one configuration may work out: loops multiply."""
LONGEST = 1_000_000
"""Characters of a text, and items of a list: they can double with every line."""


class Budget:
    """What is left of MOST."""

    def __init__(self, left: int = MOST) -> None:
        self.left = left

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise HclError(f"working it out takes more than {MOST:,} steps")


class Evaluator:
    """
    Works expressions out.

    Args:
        names: What stands at the beginning of traversals: `var`, `aws_kms_key`, a loop's variable.
        functions: By name; each takes settled values.
    """

    def __init__(
        self, names: Mapping[str, Raw], marks: Marks, functions: Mapping[str, Callable[..., Raw]], budget: Budget
    ) -> None:
        self.names = names
        self.marks = marks
        self.functions = functions
        self.budget = budget

    def value(self, expression: Expression) -> Raw:
        """
        What an expression gives.

        Raises:
            HclError: Terraform would refuse it.
        """
        return settled(self.raw(expression))

    def unknown(self, value: Raw) -> str | None:
        """The value itself if it is not known before deployment."""
        if isinstance(value, str) and plain(value) != value and isinstance(self.marks.read(value), Unknown):
            return value
        return None

    def within(self, names: Mapping[str, Raw]) -> Evaluator:
        """The same with more names."""
        return Evaluator({**self.names, **names}, self.marks, self.functions, self.budget)

    def raw(self, expression: Expression) -> Raw:
        """
        The same, but resources and modules in it are still what can be asked for what they tell.

        Raises:
            HclError: Terraform would refuse it.
        """
        self.budget.spend()
        match expression:
            case Literal(value):
                return value
            case Template(parts):
                return self._template(parts)
            case Name(name):
                if name not in self.names:
                    return self._give(f"`{name}` is not known here")
                return self.names[name]
            case Attribute(of, name):
                return self._inside(self.raw(of), name)
            case Index(of, key):
                return self._indexed(self.raw(of), self.value(key))
            case Splat(of, each):
                return self._splat(self.raw(of), each)
            case Call():
                return self._call(expression)
            case Unary(operator, operand):
                return self._unary(operator, self.value(operand))
            case Binary(operator, left, right):
                return self._binary(operator, left, right)
            case Condition(condition, then, otherwise):
                decided = self.value(condition)
                return self.unknown(decided) or self.raw(then if truth(decided) else otherwise)
            case Items(items):
                return [self.raw(item) for _, item in items]
            case Object(items):
                return {self._key(key): self.raw(value) for _, key, value in items}
            case For():
                return self._for(expression)

    def _give(self, because: str) -> str:
        return self.marks.give(Unknown(because))

    def _key(self, expression: Expression) -> str:
        return text(self.value(expression))

    def _template(self, parts: tuple[str | Expression | Choice | Loop, ...]) -> Raw:
        if len(parts) == 1 and not isinstance(parts[0], str | Choice | Loop):
            return self.raw(parts[0])
        pieces = list(self._pieces(parts))
        if unknown := next((piece for piece in pieces if self.unknown(piece)), None):
            return unknown
        whole = "".join(pieces)
        if len(whole) > LONGEST:
            raise HclError(f"a text of more than {LONGEST:,} characters")
        return whole

    def _pieces(self, parts: tuple[str | Expression | Choice | Loop, ...]) -> Iterator[str]:
        for part in parts:
            match part:
                case str():
                    yield part
                case Choice(condition, then, otherwise):
                    decided = self.value(condition)
                    yield self.unknown(decided) or text(self._template((then if truth(decided) else otherwise).parts))
                case Loop(key, value, collection, body):
                    items = self.value(collection)
                    if unknown := self.unknown(items):
                        yield unknown
                        continue
                    for name, item in pairs(items):
                        yield text(self.within({key or "-": name, value: item})._template(body.parts))
                case _:
                    yield text(self.value(part))

    def _inside(self, value: Raw, step: Raw) -> Raw:
        if isinstance(step, str):
            step = plain(step)
        match value:
            case Instance():
                return value.inside(step)
            case Lazy():
                return value.get(str(step))
            case Mapping():
                if str(step) in value:
                    return value[str(step)]
                raise HclError(f"there is no `{step}` in it")
            case list():
                return self._item(value, step)
            case None:
                raise HclError(f"`{step}` of null")
        return self.unknown(value) or self._give(f"`{step}` of what is no object")

    def _indexed(self, value: Raw, key: Raw) -> Raw:
        """One of several; where it is not known how many there are, the one that stands for all."""
        alone = isinstance(value, Lazy) or (isinstance(value, Instance) and not value.path)
        if alone and (not isinstance(key, str) or self.unknown(key)):
            return value
        return self._inside(value, key)

    def _item(self, items: list[Raw], step: Raw) -> Raw:
        if unknown := self.unknown(step):
            return unknown
        try:
            index = int(step)
        except (TypeError, ValueError):
            raise HclError(f"`{step}` is not an index") from None
        if not 0 <= index < len(items):
            raise HclError(f"index {index} of a list of {len(items)}")
        return items[index]

    def _splat(self, value: Raw, each: Expression) -> Raw:
        if unknown := self.unknown(value):
            return unknown
        items = value if isinstance(value, list) else [] if value is None else [value]
        return [self.within({"*": item}).raw(each) for item in items]

    def _call(self, call: Call) -> Raw:
        if call.function in ("try", "can"):
            return self._try(call)
        function = self.functions.get(call.function)
        if function is None:
            return self._give(f"the function `{call.function}` is not known here")
        work_out = self._asked_later if call.function in KEEPS else self.value
        arguments = [work_out(argument) for argument in call.arguments]
        if call.expanded and arguments:
            last = arguments.pop()
            if unknown := self.unknown(last):
                return unknown
            arguments += last
        if call.function not in LOOKS_INSIDE and (
            unknown := next((each for each in arguments if self.unknown(each)), None)
        ):
            return unknown
        try:
            made = function(*arguments)
        except HclError:
            raise
        except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as error:
            if any(isinstance(each, Lazy | Instance) for each in arguments):
                raise HclError(f"`{call.function}`: how many there are is not known before deployment") from None
            raise HclError(f"`{call.function}`: {error}") from None
        if isinstance(made, str | list | dict) and len(made) > LONGEST:
            raise HclError(f"`{call.function}` gives more than {LONGEST:,} items")
        return self.marks.give(made) if isinstance(made, Unknown) else made

    def _asked_later(self, expression: Expression) -> Raw:
        """What a function takes that only puts resources together: those in it are kept as they are."""
        value = self.raw(expression)
        return value.settled() if isinstance(value, Instance) and value.path else value

    def _try(self, call: Call) -> Raw:
        for argument in call.arguments:
            try:
                value = self.raw(argument)
                if isinstance(value, Instance) and value.path:
                    value = value.settled()
            except HclError:
                continue
            return True if call.function == "can" else value
        if call.function == "can":
            return False
        raise HclError("`try`: none of its arguments can be worked out")

    def _unary(self, operator: str, value: Raw) -> Raw:
        return self.unknown(value) or (not truth(value) if operator == "!" else -number(value))

    def _binary(self, operator: str, left: Expression, right: Expression) -> Raw:
        one = self.value(left)
        if operator in ("&&", "||"):
            return self._both(operator, one, right)
        other = self.value(right)
        if operator in ("==", "!=") and (one is None or other is None):
            unknown = self.unknown(one) or self.unknown(other)
            return unknown or (one is other) == (operator == "==")
        if unknown := self.unknown(one) or self.unknown(other):
            return unknown
        if operator in ("==", "!="):
            return same(one, other) == (operator == "==")
        return _arithmetic(operator, number(one), number(other))

    def _both(self, operator: str, one: Raw, right: Expression) -> Raw:
        unknown = self.unknown(one)
        if not unknown and truth(one) == (operator == "||"):
            return operator == "||"
        other = self.value(right)
        if not self.unknown(other) and truth(other) == (operator == "||"):
            return operator == "||"
        return unknown or self.unknown(other) or operator == "&&"

    def _for(self, loop: For) -> Raw:
        collection = self.raw(loop.collection)
        if isinstance(collection, Instance):
            collection = collection.settled()
        if unknown := self.unknown(collection):
            return unknown
        items: list[Raw] = []
        named: dict[str, Raw] = {}
        for key, value in pairs(collection):
            inner = self.within({loop.key or "-": key, loop.value: value})
            if loop.condition is not None:
                decided = inner.value(loop.condition)
                if unknown := self.unknown(decided):
                    return unknown
                if not truth(decided):
                    continue
            if loop.named is None:
                items.append(inner.raw(loop.result))
            elif loop.grouped:
                named.setdefault(inner._key(loop.named), []).append(inner.raw(loop.result))
            else:
                named[inner._key(loop.named)] = inner.raw(loop.result)
        return items if loop.named is None else named


KEEPS = frozenset(
    (
        "coalesce",
        "coalescelist",
        "concat",
        "element",
        "flatten",
        "keys",
        "length",
        "lookup",
        "merge",
        "one",
        "reverse",
        "slice",
        "tolist",
        "tomap",
        "values",
        "zipmap",
    )
)
"""Functions that only put things together: of what they give, resources can be asked for what they tell."""
LOOKS_INSIDE = frozenset(
    (
        "coalesce",
        "coalescelist",
        "compact",
        "concat",
        "flatten",
        "jsonencode",
        "length",
        "lookup",
        "merge",
        "one",
        "tolist",
        "tomap",
        "toset",
    )
)
"""Functions that take unknown values among others."""


def _arithmetic(operator: str, one: float, other: float) -> Raw:
    match operator:
        case "+":
            return one + other
        case "-":
            return one - other
        case "*":
            return one * other
        case "<":
            return one < other
        case "<=":
            return one <= other
        case ">":
            return one > other
        case ">=":
            return one >= other
    if other == 0:
        raise HclError("a division by zero")
    divided = one / other if operator == "/" else math.fmod(one, other)
    return int(divided) if float(divided).is_integer() else divided
