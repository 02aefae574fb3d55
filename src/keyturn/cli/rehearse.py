"""`keyturn rehearse`: deploy a template or program to a fresh local AWS, and remove it again."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keyturn.cli.parameters import add_parameters, values
from keyturn.cli.readers import REPLICA, add_readers
from keyturn.cli.world import region_name
from keyturn.problem import Misuse

if TYPE_CHECKING:
    from keyturn.graph import Graph
    from keyturn.local.rehearsal import Event, Rehearsal

NAME_WIDTH = 32


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "rehearse",
        help="deploy a template or program to a fresh local AWS, and remove it again",
        description="Deploy a template, a CDK app's output or a Pulumi program to a fresh AWS on this machine, which refuses what "
        "AWS refuses; tell what happens, and remove it again. A program is run to see what it declares.",
        epilog="exit codes: 0 everything was created, 1 something was not, 2 unreadable input or misuse",
    )
    parser.add_argument("path", metavar="PATH", help="a template, the folder of a program; - is standard input")
    parser.add_argument(
        "--region",
        type=region_name,
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
    )
    add_parameters(parser)
    parser.add_argument("--stack", help="the stack's name (default: rehearsal; those of a CDK app have their own)")
    add_readers(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    from keyturn.read import Options, read

    parameters = values(arguments)
    world = Options(arguments.region, parameters=parameters, run_programs=True, stack=arguments.stack)
    graphs = _stacks(read(arguments.path, world))
    for graph in graphs:
        if unknown := sorted(parameters.keys() - graph.parameters.keys()):
            raise Misuse(f"{graph.file} has no parameter {unknown[0]}")
    rehearsals = _rehearse(graphs, arguments)
    if arguments.format == "json":
        json.dump({"version": 1, "stacks": [as_data(each) for each in rehearsals]}, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.write("".join(as_text(each) for each in rehearsals))
    return 0 if all(each.created for each in rehearsals) else 1


def _stacks(graphs: Sequence[Graph]) -> list[Graph]:
    """What is deployed by itself: nested stacks come with their own."""
    if graphs[0].dialect == "cdk":
        return [graph for graph in graphs if not graph.file.endswith(".nested.template.json")]
    return [graphs[0]]


def _names(graphs: Sequence[Graph], wanted: str | None) -> list[str]:
    """What the stacks are called: by their own names, by which they may ask for each other's outputs, in an app of the CDK's."""
    own = [graph.stack for graph in graphs]
    if wanted is None and graphs[0].dialect == "cdk" and len({*own}) == len(own):
        return own
    name = wanted or "rehearsal"
    return [name] if len(graphs) == 1 else [f"{name}-{number + 1}" for number in range(len(graphs))]


def _rehearse(graphs: Sequence[Graph], arguments: argparse.Namespace) -> list[Rehearsal]:
    try:
        from keyturn.local.cloud import Cloud
        from keyturn.local.rehearsal import Rehearsing
    except ImportError as error:
        raise Misuse(
            f"keyturn rehearse needs {error.name}, which is not installed", hint="pip install 'keyturn[local]'"
        ) from None
    from keyturn.read.world import ACCOUNT
    from keyturn.up.scratch import scratch

    def tell(event: Event) -> None:
        if arguments.format == "text":
            sys.stdout.write(as_line(event))
            sys.stdout.flush()

    def say(detail: str) -> None:
        print(f"keyturn: {detail}", file=sys.stderr)

    replicas = arguments.readers == REPLICA
    first = graphs[0]  # The others, if they go elsewhere, are rehearsed here too: there is one local AWS.
    account = None if first.account == ACCOUNT else first.account
    with (
        scratch() as folder,
        Cloud.start(Path(folder), region=first.region, progress=say, replicas=replicas, account=account) as cloud,
    ):
        rehearsing = Rehearsing(cloud, tell)
        done: list[Rehearsal] = []
        for name, graph in zip(_names(graphs, arguments.stack), graphs, strict=True):
            done.append(rehearsing.deploy(graph, name))
            if not done[-1].created:
                break
        rehearsing.remove()
        return done


def as_line(event: Event) -> str:
    """One event as it comes; that a resource is begun is not told, only what came of it."""
    if event.status.endswith("_IN_PROGRESS") and not event.type.endswith("::Stack"):
        return ""
    reason = f"\n          {event.reason}" if event.failed and event.reason else ""
    return f"{event.seconds:7.2f} s  {event.resource:<{NAME_WIDTH}} {event.status}{reason}\n"


def as_text(rehearsal: Rehearsal) -> str:
    """What came of it, for people."""
    made = sum(event.status == "CREATE_COMPLETE" for event in rehearsal.events) - rehearsal.created
    if rehearsal.created:
        told = [f"{rehearsal.stack}: all {made} resources were created, and removed again"]
    elif rehearsal.status:
        told = [f"{rehearsal.stack}: not created, and rolled back ({rehearsal.status})"]
    else:
        told = [f"{rehearsal.stack}: not taken by CloudFormation"]
    told += [f"  {reason}" for reason in rehearsal.reasons]
    told += [f"  taken to be there: {each}" for each in rehearsal.taken]
    told += [f"  refused afterwards: {each}" for each in rehearsal.later]
    told += [f"  not removed: {each}" for each in rehearsal.left]
    return "\n".join(told) + "\n"


def as_data(rehearsal: Rehearsal) -> dict[str, Any]:
    """What came of it, for programs."""
    return {
        "stack": rehearsal.stack,
        "created": rehearsal.created,
        "status": rehearsal.status or None,
        "reasons": rehearsal.reasons,
        "taken_to_be_there": rehearsal.taken,
        "refused_afterwards": rehearsal.later,
        "not_removed": rehearsal.left,
        "events": [
            {
                "seconds": round(event.seconds, 3),
                "resource": event.resource,
                "type": event.type,
                "status": event.status,
                "reason": event.reason or None,
            }
            for event in rehearsal.events
        ],
    }
