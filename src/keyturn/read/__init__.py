"""
A program of the user's -> the planned world. Which dialect it is written in is found by looking at what it says.

`read` takes a file or a program's folder; `discover` finds those under a folder.
"""

from __future__ import annotations

import dataclasses
import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from keyturn.graph import Graph
from keyturn.read.account import for_its_own
from keyturn.read.paths import is_file, is_folder, is_pipe
from keyturn.read.world import Options, PartlyUnreadable, Unreadable, World

__all__ = ["Options", "PartlyUnreadable", "Unreadable", "World", "against", "discover", "read"]


def read(path: str, options: Options | None = None) -> tuple[Graph, ...]:
    """
    Read a template or a program.

    Args:
        path: A file, the folder of a program, or `-` for standard input.

    Raises:
        Unreadable: Why it cannot be read.
        PartlyUnreadable: Some of it can.
    """
    options = options or Options()
    graphs = _read(path, options)
    if options.previous is None:
        return graphs
    return against(graphs, _read(options.previous, dataclasses.replace(options, previous=None)))


def against(graphs: tuple[Graph, ...], deployed: tuple[Graph, ...]) -> tuple[Graph, ...]:
    """Graphs, each with the one of those deployed that it has most in common with."""

    def shared(graph: Graph, other: Graph) -> int:
        return len({str(each) for each in graph} & {str(each) for each in other})

    return tuple(
        dataclasses.replace(graph, previous=max(deployed, key=functools.partial(shared, graph))) for graph in graphs
    )


def _read(path: str, options: Options) -> tuple[Graph, ...]:
    if path == "-":
        from keyturn.read.source import stream

        # It is None where the shell has closed it.
        return _template("standard input", stream("standard input", getattr(sys.stdin, "buffer", None)), options)
    if _pulumi(Path(path)):
        from keyturn.read import pulumi

        return for_its_own(lambda given: (pulumi.read(Path(path), given),), options)
    if is_folder(path):
        from keyturn.read import cdk

        if cdk.is_assembly(Path(path)):
            return for_its_own(lambda given: cdk.read(path, given), options)
        from keyturn.read.folders import is_configuration

        try:
            if is_configuration(Path(path)):
                return _configuration(path, options)
        except OSError as error:
            raise Unreadable(path, (error.strerror or "cannot be listed").lower()) from None
        raise Unreadable(path, "a folder, but not of a program that can be read")
    if path.endswith((".tf", ".tf.json", ".tofu", ".tofu.json")):
        return _configuration(path, options)
    from keyturn.read.source import content, stream

    if is_pipe(path):  # As a shell gives one for `<(terraform show -json plan)`.
        with Path(path).open("rb") as opened:
            return _template(path, stream(path, opened), options)
    return _template(path, content(path), options)


def discover(path: str, options: Options | None = None) -> Iterator[str]:
    """
    The files and program folders under a path, each to be given to `read`; a file is taken for what its user says it is.
    """
    from keyturn.read.folders import programs

    return programs(path)


def _template(file: str, text: str, options: Options) -> tuple[Graph, ...]:
    from keyturn.read.source import load

    source = load(file, text)
    if isinstance(source.data, dict) and "Resources" not in source.data:
        from keyturn.read.terraform import plan

        if plan.is_plan(source.data):
            return for_its_own(lambda given: (plan.read(file, source.data, given),), options)
        if "steps" in source.data or "deployment" in source.data:
            from keyturn.read.pulumi import preview

            if preview.is_preview(source.data):
                return for_its_own(lambda given: (preview.read(file, source.data, given),), options)
    from keyturn.read import cloudformation

    def with_nested(given: Options) -> tuple[Graph, ...]:
        graph = cloudformation.planned(source, given)
        return (graph, *graph.beside)

    return for_its_own(with_nested, options)


def _configuration(path: str, options: Options) -> tuple[Graph, ...]:
    from keyturn.read.terraform import module

    return for_its_own(lambda given: (module.read(path, given),), options)


def _pulumi(path: Path) -> bool:
    """Whether a path is a Pulumi program: the folder of one, its project file, or its main module."""
    a_folder = is_folder(path)
    folder = path if a_folder else path.parent
    return is_file(folder / "Pulumi.yaml") and (a_folder or path.name in ("Pulumi.yaml", "__main__.py"))
