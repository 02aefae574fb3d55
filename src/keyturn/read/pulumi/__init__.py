"""
Pulumi programs in Python: run against an engine that only listens, and read as a planned world.

No CLI, no account, no network. `read` runs a user's program in a process of its own; `read_program` runs a function in this one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from keyturn.graph import Graph
from keyturn.read.world import Options, World


def read(path: str | Path, options: Options) -> Graph:
    """
    The planned world of a user's program. It runs in a process of its own, see `program`.

    Raises:
        Unreadable: It may not be run, cannot be found, or fails; with the file and line in it.
    """
    from keyturn.read.pulumi import program

    return program.read(path, options)


def read_program(
    program: Callable[[], None],
    world: World,
    *,
    file: str,
    root: Path,
    shown: Path | None = None,
    project: str = "keyturn",
    portable: bool = False,
    strip: str = "",
) -> Graph:
    """
    The planned world of a function that declares resources. It runs in this process.

    Args:
        file: What the graph is called in messages.
        root: The folder of the files whose lines are the user's.
        shown: How that folder is called in places; as it is, if None.
        portable: Account, region and zones become references, so that the template can be deployed elsewhere.
        strip: An ending that logical names lose.

    Raises:
        Exception: Whatever the program raises.
    """
    from keyturn.read.pulumi.monitor import Setting, run
    from keyturn.read.pulumi.places import Sources
    from keyturn.read.pulumi.plan import Plan

    plan = Plan(world, Sources(root, root if shown is None else shown), portable=portable, strip=strip)
    recording = run(program, Setting(project, world.stack), plan)
    return plan.graph(recording, file)
