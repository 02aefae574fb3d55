"""
A fix -> an edited Pulumi program in Python.

The argument that a finding points at is found in the syntax tree. Only literals are edited: strings, lists, dictionaries, policies as
JSON. What the program works out is left to its author.
"""

from __future__ import annotations

import ast
from typing import Any

from keyturn.check import Fix
from keyturn.edit import references
from keyturn.edit.python import strings
from keyturn.edit.python.program import Program, last_name
from keyturn.edit.python.writing import Scope, source
from keyturn.edit.refusal import EditError
from keyturn.graph import Graph, Path, Value
from keyturn.read import names

NATIVE = "pulumi_aws_native"


def mended(text: str, fix: Fix, graph: Graph) -> str:
    """
    The program with a fix in it.

    Args:
        text: The program as it is now; what stands before the fix's place is as it was when it was read.

    Raises:
        EditError: It cannot be done safely.
    """
    program = Program(text)
    resource, path = fix.at.resource, fix.at.path
    covered = next((end for end in range(len(path), 0, -1) if path[:end] in resource.places), 0)
    value = references.remembered(fix.append if fix.append is not None else fix.replace, graph)
    scope = Scope(program, graph, fix.at.place)
    edit = _Edit(program, scope, value, appending=fix.append is not None)
    if not covered:
        if (
            NATIVE in text
        ):  # Its arguments have other names, and which provider's a resource is the graph does not tell.
            raise EditError(f"what {NATIVE} calls `{'.'.join(map(str, path))}` is not known")
        edited = edit.argument(program.call(fix.at.place), _argument(resource.type, path))
    else:
        edited = edit.at(program.value(resource.places[path[:covered]]), path[covered:])
    try:
        ast.parse(edited)
    except SyntaxError:
        raise EditError("the program would not be Python any more") from None
    return edited


class _Edit:
    """One value put into one program."""

    def __init__(self, program: Program, scope: Scope, value: Value, *, appending: bool) -> None:
        self.program = program
        self.scope = scope
        self.value = value
        self.appending = appending

    def at(self, node: ast.expr, rest: Path) -> str:
        """Edit inside an expression: `rest` leads from it to the value, or to the list."""
        match node:
            case ast.Name():
                return self.at(self.program.definition(node), rest)
            case ast.Call() if last_name(node.func) in ("dumps", "json_dumps") and node.args:
                return self.at(node.args[0], rest)
            case ast.Call(func=ast.Attribute(attr="apply"), args=[ast.Lambda(body=body), *_]):
                return self.at(body, rest)
            case ast.Dict() if rest:
                return self._in_dict(node, rest)
            case ast.List() | ast.Tuple() if rest and isinstance(rest[0], int) and rest[0] < len(node.elts):
                return self.at(node.elts[rest[0]], rest[1:])
            case ast.Constant(str()) | ast.JoinedStr() if rest or self.appending:
                return self._in_string(node, rest)
            case ast.List() if self.appending:
                return self._append(node)
            case _ if not rest and not self.appending and _is_literal(node):
                return self.program.replaced(node, self._source(self.value, self.program.indent(node)))
        told = ast.unparse(node)
        shown = told if len(told) <= 40 else f"{told[:37]}..."
        raise EditError(f"the program works it out (`{shown}`): change it there")

    def argument(self, call: ast.Call, name: str) -> str:
        """Add a keyword argument to a call."""
        value: Value = (self.value,) if self.appending else self.value
        last = max(
            (*call.args, *(keyword.value for keyword in call.keywords)),
            key=lambda each: each.end_lineno or 0,
            default=None,
        )
        if last is None or any(keyword.arg is None for keyword in call.keywords):
            raise EditError(f"`{name}` cannot be added to the call")
        return self.program.added(call, last, lambda column: f"{name}={self._source(value, column)}")

    def _in_dict(self, node: ast.Dict, rest: Path) -> str:
        for key, below in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == rest[0]:
                return self.at(below, rest[1:])
        if any(key is None for key in node.keys) or not node.values:
            raise EditError(f"where `{rest[0]}` belongs is not clear")
        value: Any = (self.value,) if self.appending else self.value
        for step in reversed(rest[1:]):
            value = {step: value}
        return self.program.added(node, node.values[-1], lambda column: f'"{rest[0]}": {self._source(value, column)}')

    def _append(self, node: ast.List) -> str:
        if not node.elts:
            return self.program.replaced(node, self._source((self.value,), self.program.indent(node)))
        return self.program.added(node, node.elts[-1], lambda column: self._source(self.value, column))

    def _in_string(self, node: ast.Constant | ast.JoinedStr, rest: Path) -> str:
        edited = strings.edited(self.program.source(node), rest, self.value, self.scope, appending=self.appending)
        return self.program.replaced(node, edited)

    def _source(self, value: Value, column: int) -> str:
        return source(value, column, self.scope)


def _is_literal(node: ast.expr) -> bool:
    """Whether an expression only names a value: a literal, or one of a library's constants."""
    match node:
        case ast.Constant() | ast.JoinedStr() | ast.List() | ast.Tuple() | ast.Dict():
            return True
        case ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Attribute(value=ast.Attribute() as inner, attr=name):
            return name.isupper() and last_name(inner)[:1].isupper()
    return False


def _argument(type_: str, path: Path) -> str:
    """What Pulumi calls a property of a CloudFormation type."""
    wanted = ".".join(str(step) for step in path)
    for kind in names.KINDS:
        if kind.type == type_:
            for name, rule in kind.properties.items():
                if rule == wanted:
                    return name
    raise EditError(f"what Pulumi calls `{wanted}` is not known")
