"""What is wrong with a template, and where in it."""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.graph import Path
from keyturn.resembling import resembling


class TemplateError(Exception):
    """A template that CloudFormation would not take; `path` is where in it, `because` is in the words of its user."""

    def __init__(self, path: Path, because: str) -> None:
        super().__init__(because)
        self.path = path
        self.because = because


def undeclared(name: str, declared: Iterable[str]) -> str:
    """That a name is not declared, and which one may be meant."""
    close = resembling(name, declared)
    return f"`{name}`, which is not declared" + (f"; did you mean `{close}`?" if close else "")


def meant(function: str, functions: Iterable[str]) -> str:
    """Which of CloudFormation's functions may be meant by one that is not: `Fn::Ref`, `fn::getatt`."""
    by_name = {each.removeprefix("Fn::").lower(): each for each in functions}
    close = resembling(function[4:].lower(), by_name)
    return f"; did you mean `{by_name[close]}`?" if close else ""
