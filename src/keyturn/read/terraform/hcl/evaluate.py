"""
HCL's expressions -> values.

Values are JSON-like. What is not known before deployment is a text with a mark (`keyturn.read.pulumi.marks`), and makes unknown all that
is worked out from it; what refers to resources is an `Instance` until something is asked of it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping

from keyturn.graph import Unknown
from keyturn.read.pulumi.marks import Marks, plain
from keyturn.read.terraform.hcl.arguments import COMPARES, DECIDED_BY, KEEPS, LOOKS_INSIDE, characters
from keyturn.read.terraform.hcl.error import HclError, TooMuch
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
from keyturn.read.terraform.hcl.values import (
    LONGEST,
    Instance,
    Lazy,
    Raw,
    exact,
    number,
    pairs,
    same,
    settled,
    text,
    truth,
)

MOST = 200_000
"""How many expressions one configuration may work out: loops multiply."""


MOST_TEXT = 100_000_000
"""How many characters all texts may have that one configuration puts together."""


class Budget:
    """What is left of MOST and MOST_TEXT."""

    def __init__(self, left: int = MOST) -> None:
        self.left = left
        self.texts = MOST_TEXT

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise TooMuch(f"working it out takes more than {MOST:,} steps")

    def write(self, characters: int) -> None:
        self.texts -= characters
        if self.texts < 0:
            raise TooMuch(f"its texts have more than {MOST_TEXT:,} characters together")


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
        if sum(map(len, pieces)) > LONGEST:
            raise TooMuch(f"a text of more than {LONGEST:,} characters")
        whole = "".join(pieces)
        self.budget.write(len(whole))
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
        if call.function.startswith("core::"):
            call = dataclasses.replace(call, function=call.function.removeprefix("core::"))
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
        if unknown := self._undecided(call.function, arguments):
            return unknown
        if sum(map(characters, arguments)) > 10 * LONGEST:
            raise TooMuch(f"`{call.function}` takes texts of more than {10 * LONGEST:,} characters")
        try:
            made = function(*arguments)
        except HclError:
            raise
        except (TypeError, ValueError, KeyError, IndexError, ArithmeticError, AttributeError) as error:
            if any(isinstance(each, Lazy | Instance) for each in arguments):
                raise HclError(f"`{call.function}`: how many there are is not known before deployment") from None
            raise HclError(f"`{call.function}`: {error}") from None
        if isinstance(made, str | list | dict) and len(made) > LONGEST:
            raise TooMuch(f"`{call.function}` gives more than {LONGEST:,} items")
        self.budget.write(characters(made, 1) if isinstance(made, str | list) else 0)
        return self.marks.give(made) if isinstance(made, Unknown) else made

    def _undecided(self, function: str, arguments: list[Raw]) -> str | None:
        """The unknown value that makes what a function gives unknown."""
        looked_at = arguments if function not in LOOKS_INSIDE else arguments[:2] if function == "lookup" else []
        if unknown := next((each for each in looked_at if self.unknown(each)), None):
            return str(unknown)
        if function not in COMPARES:
            return None
        if function in DECIDED_BY and DECIDED_BY[function](*arguments):
            return None
        return next((unknown for each in arguments if (unknown := self.unknown_in(each))), None)

    def unknown_in(self, value: Raw) -> str | None:
        """The first thing in a value that is not known before deployment."""
        if isinstance(value, list | Mapping):
            inside = value.values() if isinstance(value, Mapping) else value
            return next((unknown for each in inside if (unknown := self.unknown_in(each))), None)
        return self.unknown(value)

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
            except TooMuch:
                raise
            except HclError:
                continue
            return (self.unknown(value) or True) if call.function == "can" else value
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
            equal = same(one, other)
            unknown = None if equal else self.unknown_in(one) or self.unknown_in(other)
            return unknown or equal == (operator == "==")
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


def _arithmetic(operator: str, one: float, other: float) -> Raw:
    match operator:
        case "+":
            return exact(one + other)
        case "-":
            return exact(one - other)
        case "*":
            return exact(one * other)
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
    if isinstance(one, int) and isinstance(other, int) and one % other == 0:
        return one // other if operator == "/" else 0
    return exact(one / other if operator == "/" else math.fmod(one, other))
