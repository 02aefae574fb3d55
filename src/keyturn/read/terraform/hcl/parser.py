"""
HCL text -> its syntax tree.

Source: "HCL Native Syntax Specification", hashicorp/hcl, `hclsyntax/spec.md`; read 2026-11.
"""

from __future__ import annotations

import re

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.syntax import (
    Argument,
    Attribute,
    Binary,
    Block,
    Body,
    Call,
    Condition,
    Expression,
    For,
    Index,
    Items,
    Literal,
    Name,
    Object,
    Splat,
    Unary,
)
from keyturn.read.terraform.hcl.template import heredoc, quoted

DEEPEST = 60
"""How deep expressions and blocks may be nested; a level takes the interpreter about a dozen calls."""

_SPACE = re.compile(r"(?:[ \t\r]|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_LINES = re.compile(r"(?:[ \t\r\n]|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_WORD = re.compile(r"[^\W\d][\w-]*(?:::[^\W\d][\w-]*)*")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_HEREDOC = re.compile(r"<<(-?)([^\W\d][\w-]*)[ \t\r]*\n")
_BEHIND = re.compile(r"\.([^\W\d][\w-]*)")
_OPERATORS = (("||",), ("&&",), ("==", "!="), ("<=", ">=", "<", ">"), ("+", "-"), ("*", "/", "%"))
"""From the loosest to the tightest."""


def parse(text: str) -> Body:
    """
    A file's body.

    Raises:
        HclError: It is not HCL.
    """
    parser = Parser(text)
    return parser.body(end="")


class Parser:
    """
    Reads from one position on; `many` says whether line breaks are only space here, as they are in brackets.

    Args:
        text: What to read.
        at: Where to begin.
    """

    def __init__(self, text: str, at: int = 0) -> None:
        self.text = text
        self.at = at
        self.many = 0
        self.depth = 0
        self.strip = False
        """Whether a `~` strips the space of the text that comes next."""

    # The structure: arguments and blocks.

    def body(self, end: str) -> Body:
        """Arguments and blocks up to `end`, or to the end of the text."""
        body = Body()
        self.deeper()
        while True:
            self.skip(lines=True)
            if self.at >= len(self.text):
                if end:
                    raise self.wrong("a block is not closed")
                break
            if end and self.take(end):
                break
            self._item(body)
        self.depth -= 1
        return body

    def _item(self, body: Body) -> None:
        offset = self.at
        name = self.word("an argument or a block")
        self.skip()
        if self.text.startswith("=", self.at) and not self.text.startswith("==", self.at):
            self.at += 1
            if name in body.arguments:
                raise HclError(f"`{name}` is given twice", offset)
            body.arguments[name] = Argument(name, self.expression(), offset)
            self._end_of_line()
            return
        labels: list[str] = []
        while not self.take("{"):
            labels.append(self._label())
            self.skip()
        many, self.many = self.many, 0
        body.blocks.append(Block(name, tuple(labels), self.body("}"), offset))
        self.many = many

    def _label(self) -> str:
        if not self.text.startswith('"', self.at):
            return self.word("`{` or `=`")
        literal = quoted(self)
        if not isinstance(literal, Literal):
            raise self.wrong("a label with an expression in it")
        return str(literal.value)

    def _end_of_line(self) -> None:
        self.skip()
        if self.at < len(self.text) and self.text[self.at] not in "\n}":
            raise self.wrong(f"a line break is missing before `{self.text[self.at]}`")

    # Expressions, from the loosest to the tightest.

    def expression(self) -> Expression:
        self.deeper()
        condition = self._operation(0)
        self.skip()
        if self.take("?"):
            then = self.expression()
            self.expect(":")
            condition = Condition(condition, then, self.expression())
        self.depth -= 1
        return condition

    def _operation(self, level: int) -> Expression:
        if level == len(_OPERATORS):
            return self._unary()
        left = self._operation(level + 1)
        while True:
            self.skip()
            operator = next((each for each in _OPERATORS[level] if self.text.startswith(each, self.at)), None)
            if operator is None:
                return left
            self.at += len(operator)
            left = Binary(operator, left, self._operation(level + 1))

    def _unary(self) -> Expression:
        self.skip()
        operators = []
        while self.at < len(self.text) and self.text[self.at] in "!-" and not self.text.startswith("!=", self.at):
            operators.append(self.text[self.at])
            self.at += 1
            self.skip()
        operand = self._traversal(self._term())
        for operator in reversed(operators):
            operand = Unary(operator, operand)
        return operand

    def _term(self) -> Expression:
        if self.at >= len(self.text):
            raise self.wrong("an expression is missing")
        character = self.text[self.at]
        if character == '"':
            return quoted(self)
        if character == "(":
            return self._in_brackets("(", ")")
        if character == "[":
            return self._list()
        if character == "{":
            return self._object()
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            return Literal(_number(match[0]))
        if match := _HEREDOC.match(self.text, self.at):
            return heredoc(self, match)
        word = self.word("an expression")
        if self.text.startswith("(", self.at):
            return self._call(word)
        literals: dict[str, bool | None] = {"true": True, "false": False, "null": None}
        return Literal(literals[word]) if word in literals else Name(word)

    def _in_brackets(self, opening: str, closing: str) -> Expression:
        self.expect(opening)
        self.many += 1
        inside = self.expression()
        self.expect(closing)
        self.many -= 1
        return inside

    def _call(self, function: str) -> Expression:
        self.expect("(")
        self.many += 1
        arguments: list[Expression] = []
        expanded = False
        while not self.take(")"):
            arguments.append(self.expression())
            expanded = self.take("...")
            if not self.take(","):
                self.expect(")")
                break
        self.many -= 1
        return Call(function, tuple(arguments), expanded)

    def _list(self) -> Expression:
        self.expect("[")
        self.many += 1
        if self._is_for():
            made = self._for("]")
            self.many -= 1
            return made
        items: list[tuple[int, Expression]] = []
        while not self.take("]"):
            items.append((self.at, self.expression()))
            if not self.take(","):
                self.expect("]")
                break
        self.many -= 1
        return Items(tuple(items))

    def _object(self) -> Expression:
        self.expect("{")
        self.many += 1
        if self._is_for():
            made = self._for("}")
            self.many -= 1
            return made
        items: list[tuple[int, Expression, Expression]] = []
        while not self.take("}"):
            offset = self.at
            key = self.expression()
            if not (self.take("=") or self.take(":")):
                raise self.wrong("`=` is missing in an object")
            # Items end at line breaks as well as at commas.
            many, self.many = self.many, 0
            value = self.expression()
            self.skip()
            if self.at < len(self.text) and self.text[self.at] not in ",}\n":
                raise self.wrong("a comma or a line break is missing in an object")
            self.many = many
            items.append((offset, Literal(key.name) if isinstance(key, Name) else key, value))
            self.take(",")
        self.many -= 1
        return Object(tuple(items))

    def _is_for(self) -> bool:
        self.skip()
        match = _WORD.match(self.text, self.at)
        return (
            match is not None
            and match[0] == "for"
            and re.match(r"\s+[^\W\d]", self.text[match.end() : match.end() + 200]) is not None
        )

    def loop_head(self) -> tuple[str, str, Expression]:
        """`key, value in collection`; the key is empty where there is none."""
        key, value = "", self.word("a loop's variable")
        if self.take(","):
            key, value = value, self.word("a loop's variable")
        if self.word("`in`") != "in":
            raise self.wrong("`in` is missing")
        return key, value, self.expression()

    def _for(self, closing: str) -> Expression:
        self.word("for")
        key, value, collection = self.loop_head()
        self.expect(":")
        named = self.expression() if closing == "}" else None
        if closing == "}":
            self.expect("=>")
        result = self.expression()
        grouped = self.take("...")
        self.skip()
        condition = None
        if (match := _WORD.match(self.text, self.at)) and match[0] == "if":
            self.at = match.end()
            condition = self.expression()
        self.expect(closing)
        return For(key, value, collection, result, named, condition, grouped)

    def _traversal(self, of: Expression) -> Expression:
        """What comes behind a term: `.name`, `[key]`, `.*`, `[*]`."""
        while True:
            if self.many:
                self.skip()
            if self.text.startswith("[*]", self.at):
                self.at += 3
                return Splat(of, self._traversal(Name("*")))
            if self.text.startswith(".*", self.at):
                self.at += 2
                each: Expression = Name("*")
                while match := _BEHIND.match(self.text, self.at):
                    self.at = match.end()
                    each = Attribute(each, match[1])
                of = Splat(of, each)
                continue
            if self.text.startswith("[", self.at):
                of = Index(of, self._in_brackets("[", "]"))
            elif self.text.startswith(".", self.at) and not self.text.startswith("...", self.at):
                self.at += 1
                if match := re.compile(r"\d+").match(self.text, self.at):
                    self.at = match.end()
                    of = Index(of, Literal(int(match[0][:18])))
                else:
                    of = Attribute(of, self.word("a name"))
            else:
                return of

    # The means.

    def skip(self, *, lines: bool = False) -> None:
        match = (_LINES if lines or self.many else _SPACE).match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def take(self, what: str) -> bool:
        self.skip()
        if self.text.startswith(what, self.at):
            self.at += len(what)
            return True
        return False

    def expect(self, what: str) -> None:
        if not self.take(what):
            raise self.wrong(f"`{what}` is missing")

    def word(self, wanted: str) -> str:
        self.skip()
        match = _WORD.match(self.text, self.at)
        if match is None:
            raise self.wrong(f"{wanted} is missing")
        self.at = match.end()
        return match[0]

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.wrong("nested too deep")

    def wrong(self, because: str) -> HclError:
        return HclError(because, min(self.at, len(self.text)))


def _number(text: str) -> int | float:
    try:
        number = int(text) if text.isdigit() else float(text)
        return int(number) if float(number).is_integer() else number
    except (ValueError, OverflowError):
        raise HclError("a number of thousands of digits") from None
