"""Small Pulumi programs, run in this process: what a test says they declare, and where."""

from __future__ import annotations

import runpy
import textwrap
from pathlib import Path

from keyturn.graph import Graph, Resource
from keyturn.read.pulumi import read_program
from keyturn.read.pulumi.sparing import sparing
from keyturn.read.world import World

HEAD = "import json\nimport pulumi\nimport pulumi_aws as aws\n"
"""Every program begins with these three lines; its own begin in line 4."""


def planned(folder: Path, program: str, *, region: str = "us-east-1", portable: bool = False) -> Graph:
    """The planned world of a program's text."""
    sparing()
    main = folder / "__main__.py"
    main.write_text(HEAD + textwrap.dedent(program).lstrip("\n"))

    def run() -> None:
        runpy.run_path(str(main), run_name="__main__")

    world = World(region, "123456789012", "dev")
    return read_program(run, world, file="program", root=folder, shown=Path(), portable=portable)


def only(graph: Graph, type_: str) -> Resource:
    """The one resource of a type."""
    (resource,) = graph.of_type(type_)
    return resource
