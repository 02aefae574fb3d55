"""
Fixes -> the user's own files, mended. All else in them stays as it is: comments, order, quotes, line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from keyturn.check import Fix
from keyturn.edit.file import Text
from keyturn.edit.refusal import EditError
from keyturn.graph import Graph

STANDARD_INPUT = "standard input"
"""What readers call it."""

__all__ = ["Edited", "edited", "mend", "preview", "unified", "writes"]


@dataclass(frozen=True, slots=True)
class Edited:
    """
    A file with fixes in it, not yet written.

    Attributes:
        before: The file as it is; None if it cannot be edited.
        after: What it is to say.
        made: A line for each fix that is in it.
        refused: A line for each that is not: why.
    """

    before: Text | None
    after: str
    made: tuple[str, ...]
    refused: tuple[str, ...]

    def diff(self) -> str:
        """The change as a unified diff; empty if there is none."""
        if self.before is None or self.after == self.before.text:
            return ""
        mark = "\N{ZERO WIDTH NO-BREAK SPACE}" if self.before.mark else ""
        return unified(mark + self.before.text, mark + self.after, str(self.before.path))


def unified(before: str, after: str, name: str) -> str:
    """The difference of two texts of a file, as `patch` takes it."""
    import difflib  # for `--diff` only

    pieces = difflib.unified_diff(_lines(before), _lines(after), name, name)
    return "".join(piece if piece.endswith("\n") else f"{piece}\n\\ No newline at end of file\n" for piece in pieces)


def mend(graph: Graph, fixes: Iterable[Fix], texts: Mapping[str, str] | None = None) -> list[str]:
    """
    Make the fixes of one graph's findings in the files that it was read from.

    A file is written once, whole or not at all; a fix that cannot be made safely leaves it as it is.

    Args:
        texts: What the files said when they were read; one that says something else now is left as it is.

    Returns:
        For each fix one line, what was done and where, or why it was not.
    """
    told: list[str] = []
    for each in edited(graph, fixes, texts):
        try:
            if each.before is not None and each.after != each.before.text:
                each.before.replace(each.after)
        except EditError as error:
            told += [*each.refused, f"{each.before.path if each.before else ''}: not mended: {error}"]
        else:
            told += [*each.made, *each.refused]
    return told


def edited(graph: Graph, fixes: Iterable[Fix], texts: Mapping[str, str] | None = None) -> list[Edited]:
    """The files of one graph with the fixes of its findings in them; `texts` as in `mend`."""
    by_file: dict[str, list[Fix]] = {}
    for fix in _distinct(fixes, graph):
        by_file.setdefault(fix.at.place.file, []).append(fix)
    return [_edited(file, wanted, graph, (texts or {}).get(file)) for file, wanted in by_file.items()]


def preview(text: str, fix: Fix, graph: Graph) -> str | None:
    """What the fix's file, which says this, would say with the fix in it; None where it cannot be made."""
    try:
        return _with(text, fix, graph)
    except EditError:
        return None


def writes(graph: Graph, fix: Fix) -> bool:
    """Whether fixes of such a file are written at all: a plan, a preview and what a CDK app makes are not edited."""
    place = fix.at.place
    match graph.dialect:
        case "cloudformation":
            return place.line > 0
        case "terraform":
            return place.file.endswith((".tf", ".tofu"))
        case "pulumi":
            return place.file.endswith(".py")
    return False


def _edited(file: str, fixes: list[Fix], graph: Graph, text: str | None) -> Edited:
    made: list[str] = []
    refused: list[str] = []
    try:
        if file == STANDARD_INPUT:
            raise EditError("it is not a file")
        before = Text.of(file)
        if text is not None and text != before.text:
            raise EditError("it has changed since it was read")
    except EditError as error:
        return Edited(None, "", (), (f"{file}: not mended: {error}",))
    now = before.text
    # From the end of the file to its beginning, so that the places of those to come still hold.
    for fix in sorted(fixes, key=lambda fix: (-fix.at.place.line, -fix.at.place.column)):
        try:
            now = _with(now, fix, graph)
            made.append(f"{fix.at.place}: {fix.title}")
        except EditError as error:
            refused.append(f"{fix.at.place}: not mended ({fix.title}): {error}")
    return Edited(before, now, tuple(reversed(made)), tuple(refused))


def _with(text: str, fix: Fix, graph: Graph) -> str:
    match graph.dialect:
        case "cloudformation":
            from keyturn.edit import cloudformation

            return cloudformation.mended(text, fix, graph)
        case "pulumi":
            from keyturn.edit import python

            return python.mended(text, fix, graph)
        case "terraform":
            from keyturn.edit import terraform

            return terraform.mended(text, fix, graph)
        case "cdk":
            raise EditError("a CDK app makes it: mend it there")
    raise EditError(f"files of {graph.dialect} are not edited")


def _distinct(fixes: Iterable[Fix], graph: Graph) -> list[Fix]:
    """The fixes without those that would do the same at the same place again."""
    kept: list[Fix] = []
    for fix in fixes:
        if not any(_same(fix, each, graph) for each in kept):
            kept.append(fix)
    return kept


def _same(one: Fix, other: Fix, graph: Graph) -> bool:
    if (one.at.place, one.at.path, one.replace, one.append) != (
        other.at.place,
        other.at.path,
        other.replace,
        other.append,
    ):
        return False
    if graph.dialect != "cloudformation" or one.at.resource is other.at.resource:
        return True
    from keyturn.edit import cloudformation

    return not cloudformation.overrides(one)


def _lines(text: str) -> list[str]:
    """The lines of a text, as `patch` counts them."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
