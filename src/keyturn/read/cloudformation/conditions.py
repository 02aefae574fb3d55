"""
The conditions of a template: evaluated with the parameters as they are, never enumerated, so that the cost stays linear.

Source: CloudFormation's "Condition functions"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keyturn.graph import Path, Unknown, Value
from keyturn.read.cloudformation.invalid import TemplateError, undeclared
from keyturn.read.functions import FunctionError, text


class Conditions:
    """
    Named conditions, each evaluated once.

    Args:
        declared: The template's section.
        value: Evaluates what a condition compares.
        added: Why one that is not declared may be there all the same; empty where it may not.
    """

    def __init__(self, declared: Mapping[str, Any], value: Callable[[Any, Path], Value], added: str = "") -> None:
        self.declared = declared
        self.value = value
        self.added = added
        self._known: dict[str, bool | Unknown] = {}
        self._open: list[str] = []

    def holds(self, name: Any, path: Path) -> bool | Unknown:
        """
        Whether a condition holds.

        Raises:
            TemplateError: It is not declared, or depends on itself.
        """
        if not isinstance(name, str):
            raise TemplateError(path, "every condition is a string, the name of one")
        if name in self._known:
            return self._known[name]
        if name not in self.declared and self.added:
            return Unknown(self.added)
        if name not in self.declared:
            raise TemplateError(path, f"the condition {undeclared(name, self.declared)}")
        if name in self._open:
            circle = self._open[self._open.index(name) :]
            raise TemplateError(
                ("Conditions", name), f"conditions depend on each other in a circle: {' -> '.join([*circle, name])}"
            )
        self._open.append(name)
        self._known[name] = self._evaluate(self.declared[name], ("Conditions", name))
        self._open.pop()
        return self._known[name]

    def _evaluate(self, data: Any, path: Path) -> bool | Unknown:
        if not isinstance(data, dict) or len(data) != 1:
            raise TemplateError(path, "a condition is one of Fn::And, Fn::Equals, Fn::Not, Fn::Or, Condition")
        ((function, argument),) = data.items()
        path = (*path, function)
        match function:
            case "Condition":
                return self.holds(argument, path)
            case "Fn::Equals":
                return self._equals(argument, path)
            case "Fn::Not":
                (operand,) = self._operands(argument, path, 1, 1)
                return operand if isinstance(operand, Unknown) else not operand
            case "Fn::And":
                return _decided(self._operands(argument, path, 2, 10), deciding=False)
            case "Fn::Or":
                return _decided(self._operands(argument, path, 2, 10), deciding=True)
        raise TemplateError(path, f"`{function}` is not a condition")

    def _operands(self, argument: Any, path: Path, least: int, most: int) -> list[bool | Unknown]:
        if not isinstance(argument, list) or not least <= len(argument) <= most:
            raise TemplateError(
                path,
                f"{least} to {most} conditions are wanted" if most > least else "one condition is wanted, in a list",
            )
        return [self._evaluate(each, (*path, index)) for index, each in enumerate(argument)]

    def _equals(self, argument: Any, path: Path) -> bool | Unknown:
        if not isinstance(argument, list) or len(argument) != 2:
            raise TemplateError(path, "two values are wanted")
        left, right = (self.value(each, (*path, index)) for index, each in enumerate(argument))
        if isinstance(unknown := left if isinstance(left, Unknown) else right, Unknown):
            return unknown
        try:
            return text(left) == text(right)
        except FunctionError:
            return left == right


def _decided(operands: list[bool | Unknown], *, deciding: bool) -> bool | Unknown:
    """And and Or with unknown operands: one that decides does so whatever the others are."""
    if deciding in operands:
        return deciding
    return next((operand for operand in operands if isinstance(operand, Unknown)), not deciding)
