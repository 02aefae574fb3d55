"""`keyturn graph`: the planned world of a template or program, as text, as JSON, or drawn as SVG."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.cli.world import add_world, options
from keyturn.graph import Graph, Resource, Unknown, Value
from keyturn.read import discover, read
from keyturn.read.order import dependencies
from keyturn.settings import Settings, nearest


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "graph",
        help="show the planned world of a template or program",
        description="Show what a template or program will make: each resource, what it will be known by, and what it refers to.",
    )
    parser.add_argument(
        "paths", nargs="+", metavar="PATH", help="a template, a program, or a folder of them; - is standard input"
    )
    parser.add_argument("--format", choices=("text", "json", "svg"), default="text")
    parser.add_argument(
        "--run",
        dest="run_programs",
        action="store_true",
        help="run Pulumi programs that are found: without it they are not read",
    )
    add_world(parser)


def run(arguments: argparse.Namespace) -> int:
    files = [file for path in arguments.paths for file in discover(path)]
    known: dict[Path, Settings] = {}
    graphs = [graph for file in files for graph in read(file, options(arguments, nearest(Path(file), known)))]
    match arguments.format:
        case "json":
            sys.stdout.write(json.dumps(as_json(graphs), indent=2, ensure_ascii=False) + "\n")
        case "svg":
            from keyturn.cli.drawing import svg

            sys.stdout.write(svg(graphs))
        case _:
            sys.stdout.write("\n".join(text(graph) for graph in graphs))
    return 0


def text(graph: Graph) -> str:
    """One graph as lines: resources in the order of their declaration, what each is known by, and what it needs."""
    lines = [
        f"{graph.file}: {len(graph.resources)} resources, {graph.dialect}, {graph.region}, account {graph.account}"
    ]
    for resource in graph:
        lines.append(
            f"  {resource}  {resource.type}  line {resource.place.line}"
            if resource.place.line
            else f"  {resource}  {resource.type}"
        )
        lines += [f"    {line}" for line in _known_by(resource)]
        if needs := needed(resource, graph):
            lines.append(f"    needs {', '.join(needs)}")
    lines += [f"  output {name} = {shown(output.value)}" for name, output in graph.outputs.items()]
    lines += [f"  {remark.place}: {remark.text}" for remark in graph.remarks]
    return "\n".join(lines) + "\n"


def _known_by(resource: Resource) -> Iterator[str]:
    for value in dict.fromkeys(each for each in (resource.identity, resource.arn) if each is not None):
        yield f"unknown: {value.because}" if isinstance(value, Unknown) else str(value)


def needed(resource: Resource, graph: Graph) -> list[str]:
    """The resources that one refers to or is declared to depend on."""
    return [name for name in dependencies(resource) if name in graph.resources]


def shown(value: Value) -> str:
    """A value on one line."""
    return json.dumps(plain(value), ensure_ascii=False)


def as_json(graphs: list[Graph]) -> dict[str, Any]:
    return {"version": 1, "graphs": [_graph(graph) for graph in graphs]}


def _graph(graph: Graph) -> dict[str, Any]:
    return {
        "file": graph.file,
        "dialect": graph.dialect,
        "region": graph.region,
        "account": graph.account,
        "partition": graph.partition,
        "resources": [_resource(resource, graph) for resource in graph],
        "outputs": {name: plain(output.value) for name, output in graph.outputs.items()},
        "remarks": [
            {"text": remark.text, "file": remark.place.file, "line": remark.place.line, "column": remark.place.column}
            for remark in graph.remarks
        ],
    }


def _resource(resource: Resource, graph: Graph) -> dict[str, Any]:
    return {
        "name": resource.name,
        "label": resource.label or resource.name,
        "type": resource.type,
        "identity": plain(resource.identity),
        "arn": plain(resource.arn),
        "properties": plain(resource.properties),
        "attributes": plain(resource.attributes),
        "needs": needed(resource, graph),
        "file": resource.place.file,
        "line": resource.place.line,
        "column": resource.place.column,
    }


def plain(value: Value) -> Any:
    """A value as JSON has it; what is unknown is `{"unknown": why}`."""
    match value:
        case Unknown(because):
            return {"unknown": because}
        case str():
            return str(value)
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case tuple():
            return [plain(each) for each in value]
    return value
