"""
Fixes -> the user's own files, mended. All else in them stays as it is: comments, order, quotes, line ends.
"""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.check import Fix
from keyturn.edit.file import Text
from keyturn.edit.refusal import EditError
from keyturn.graph import Graph

__all__ = ["mend", "writes"]


def mend(graph: Graph, fixes: Iterable[Fix]) -> list[str]:
    """
    Make the fixes of one graph's findings in the files that it was read from.

    A file is written once, whole or not at all; a fix that cannot be made safely leaves it as it is.

    Returns:
        For each fix one line, what was done and where, or why it was not.
    """
    told: list[str] = []
    by_file: dict[str, list[Fix]] = {}
    for fix in _distinct(fixes):
        by_file.setdefault(fix.at.place.file, []).append(fix)
    for file, wanted in by_file.items():
        told += _mend(file, wanted, graph)
    return told


def writes(graph: Graph, fix: Fix) -> bool:
    """Whether fixes of such a file are written at all: a plan, a preview and what a CDK app makes are not edited."""
    place = fix.at.place
    match graph.dialect:
        case "cloudformation":
            return place.line > 0
        case "terraform":
            return place.file.endswith(".tf")
        case "pulumi":
            return place.file.endswith(".py")
    return False


def _mend(file: str, fixes: list[Fix], graph: Graph) -> list[str]:
    told: list[str] = []
    done: list[str] = []
    try:
        original = now = Text.of(file)
        # From the end of the file to its beginning, so that the places of those to come still hold.
        for fix in sorted(fixes, key=lambda fix: (-fix.at.place.line, -fix.at.place.column)):
            try:
                now = now.saying(_edited(now.text, fix, graph))
                done.append(f"{fix.at.place}: {fix.title}")
            except EditError as error:
                told.append(f"{fix.at.place}: not mended ({fix.title}): {error}")
        if now.text != original.text:
            now.write()
    except EditError as error:
        return [*told, f"{file}: not mended: {error}"]
    return [*reversed(done), *told]


def _edited(text: str, fix: Fix, graph: Graph) -> str:
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


def _distinct(fixes: Iterable[Fix]) -> list[Fix]:
    """The fixes without those that would do the same at the same place again."""
    kept: list[Fix] = []
    for fix in fixes:
        same = (fix.at.place, fix.at.path, fix.replace, fix.append)
        if not any(same == (each.at.place, each.at.path, each.replace, each.append) for each in kept):
            kept.append(fix)
    return kept
