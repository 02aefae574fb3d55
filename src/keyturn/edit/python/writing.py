"""A value -> Python source, as its formatter would write it, with what the program already has a name for."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.edit.python.program import Program, last_name
from keyturn.edit.refusal import EditError
from keyturn.graph import Graph, Place, Ref, Source, Text, Unknown, Value
from keyturn.read.functions import plain
from keyturn.read.identity import shape_of

WIDTH = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """What can be named at a place of a program."""

    program: Program
    graph: Graph
    place: Place

    def pieces(self, value: str) -> list[str | ast.expr | None]:
        """
        A text as literals and expressions of the program's own; None stands for the account, which it has no name for.
        """
        parts = value.parts if isinstance(value, Text) else (value,)
        return [piece for part in parts for piece in self._pieces(part)]

    def account(self) -> str | None:
        """How the program can ask for the account, if it cannot name it; None if it does not have the provider by a name."""
        for statement in self.program.tree.body:
            if isinstance(statement, ast.Import):
                for alias in statement.names:
                    if alias.name == "pulumi_aws":
                        return f"{alias.asname or alias.name}.get_caller_identity().account_id"
        return None

    def _pieces(self, part: str | Source) -> list[str | ast.expr | None]:
        match part:
            case str():
                return self._named(part)
            case Ref("AWS::AccountId"):
                return [self._variable("account_id") or None]
            case Ref("AWS::Region"):
                return [self._region() or self.graph.region]
            case Ref("AWS::Partition"):
                return [self.graph.partition]
        raise EditError("it refers to what the program makes: add it by hand")

    def _named(self, literal: str) -> list[str | ast.expr | None]:
        """A literal with the names in it given as their own resource is: `f"/aws/lambda/rotation-{suffix}"`."""
        for resource in self.graph:
            shape = shape_of(resource.type)
            name = resource.properties.get(shape.name) if shape and shape.name else None
            if shape is None or not isinstance(name, str) or len(name) < 4 or name not in literal:
                continue
            place = resource.places.get((shape.name,))
            if place is None or place.file != self.place.file:
                continue
            expression = self._expression(place)
            if isinstance(expression, ast.JoinedStr) and _may_be(expression, str(name)) and self._visible(expression):
                before, _, after = literal.partition(str(name))
                return [*self._named(before), expression, *self._named(after)]
        return [literal]

    def _expression(self, place: Place) -> ast.expr | None:
        """What stands at a place now; an edit may have moved it."""
        try:
            return self.program.value(place)
        except EditError:
            return None

    def _visible(self, expression: ast.expr) -> bool:
        """Whether all that an expression names is known at the place: given once, by the module, above it."""
        for node in ast.walk(expression):
            if isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
                return False
            if isinstance(node, ast.Name):
                given = self.program.assigned(node.id)
                if given is None or (given.end_lineno or 0) >= self.place.line:
                    return False
        return True

    def _variable(self, attribute: str) -> ast.expr | None:
        """A variable of the module that holds what an invoke tells: `account_id = aws.get_caller_identity().account_id`."""
        for statement in self.program.tree.body:
            if not isinstance(statement, ast.Assign) or statement.lineno >= self.place.line:
                continue
            target = statement.targets[0]
            if not isinstance(target, ast.Name) or self.program.assigned(target.id) is None:
                continue
            match statement.value:
                case ast.Attribute(value=ast.Call(func=function), attr=told) if (
                    told == attribute and last_name(function) == "get_caller_identity"
                ):
                    return ast.Name(target.id, ast.Load())
                case ast.Call(func=function) if last_name(function) == "get_caller_identity":
                    return ast.Attribute(ast.Name(target.id, ast.Load()), attribute, ast.Load())
        return None

    def _region(self) -> ast.expr | None:
        """A variable of the module that holds the region: from the provider's configuration, or from `get_region`."""
        for statement in self.program.tree.body:
            if not isinstance(statement, ast.Assign) or statement.lineno >= self.place.line:
                continue
            target = statement.targets[0]
            if (
                isinstance(target, ast.Name)
                and self.program.assigned(target.id) is not None
                and _is_region(statement.value)
            ):
                return ast.Name(target.id, ast.Load())
        return None


def _may_be(expression: ast.JoinedStr, text: str) -> bool:
    """Whether an f-string can give a text."""
    pattern = "".join(
        re.escape(str(each.value)) if isinstance(each, ast.Constant) else ".*" for each in expression.values
    )
    return re.fullmatch(pattern, text, re.DOTALL) is not None


def _is_region(value: ast.expr) -> bool:
    match value:
        case ast.Attribute(value=ast.Call(func=function), attr="region" | "name" | "id"):
            return last_name(function) == "get_region"
        case ast.Call(
            func=ast.Attribute(value=ast.Call(args=[ast.Constant("aws")]), attr="require" | "get"),
            args=[ast.Constant("region"), *_],
        ):
            return True
    return False


def source(value: Value, column: int, scope: Scope) -> str:
    """
    A value as Python source.

    Args:
        column: The indentation of the line that it begins on; those below are indented from there.
    """
    line = _flat(value, scope)
    if column + len(line) <= WIDTH or not isinstance(value, Mapping | tuple | list) or not value:
        return line
    inner = " " * (column + 4)
    if isinstance(value, Mapping):
        items = [f"{_quoted(key)}: {source(each, column + 4, scope)}" for key, each in value.items()]
    else:
        items = [source(each, column + 4, scope) for each in value]
    opening, closing = "{}" if isinstance(value, Mapping) else "[]"
    body = "".join(f"{inner}{item},\n" for item in items)
    return f"{opening}\n{body}{' ' * column}{closing}"


def _flat(value: Value, scope: Scope) -> str:
    match value:
        case Unknown(because):
            raise EditError(because)
        case str():
            return _string(value, scope)
        case Mapping():
            return f"{{{', '.join(f'{_quoted(key)}: {_flat(each, scope)}' for key, each in value.items())}}}"
        case tuple() | list():
            return f"[{', '.join(_flat(each, scope) for each in value)}]"
    return repr(plain(value))


def _string(value: str, scope: Scope) -> str:
    """A text as a string, as an f-string where the program has names for its parts."""
    pieces = scope.pieces(value)
    if all(isinstance(piece, str) for piece in pieces):
        return _quoted(str(value))
    inner = "".join(_f_piece(piece, scope) for piece in pieces)
    return f'f"{inner}"'


def _f_piece(piece: str | ast.expr | None, scope: Scope) -> str:
    match piece:
        case None:
            asked = scope.account()
            return f"{{{asked}}}" if asked else scope.graph.account
        case str():
            return _quoted(piece)[1:-1].replace("{", "{{").replace("}", "}}")
        case ast.JoinedStr(values=values):
            return "".join(_f_value(each) for each in values)
    return f"{{{ast.unparse(piece)}}}"


def _f_value(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return _quoted(str(value.value))[1:-1].replace("{", "{{").replace("}", "}}")
    written = ast.unparse(ast.JoinedStr([value]))
    return written[2:-1]


def f_pieces(value: str, scope: Scope) -> list[str]:
    """A text's pieces for the inside of an f-string: literals as they are, expressions in braces."""
    return [piece if isinstance(piece, str) else _f_piece(piece, scope) for piece in scope.pieces(value)]


def _quoted(text: str) -> str:
    """A string literal in double quotes."""
    written = json.dumps(text, ensure_ascii=False)
    assert ast.literal_eval(written) == text
    return written
