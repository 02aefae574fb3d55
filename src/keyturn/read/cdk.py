"""
A CDK app's output (`cdk.out`) -> the planned worlds of its stacks, which know each other's exports.

Resources are called by the paths of their constructs. Places are in the templates: what made them is the app's to say.

Source: the cloud assembly's schema, `manifest.ts` in AWS's CDK; read 2026-11.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.graph import Graph, Value
from keyturn.read.assembly_notes import Notes
from keyturn.read.cloudformation import Given, beside_each_other, planned
from keyturn.read.paths import is_file
from keyturn.read.source import content, load
from keyturn.read.world import Options, Unreadable

MANIFEST = "manifest.json"


def is_assembly(folder: Path) -> bool:
    """Whether a folder is what a CDK app puts out."""
    try:
        if not is_file(folder / MANIFEST):
            return False
        with (folder / MANIFEST).open("rb") as manifest:
            head = manifest.read(100_000)
    except OSError:
        return False
    return (b'"artifacts"' in head and b'"cdk:' in head) or b'"aws:cloudformation:stack"' in head


def read(folder: str, options: Options) -> tuple[Graph, ...]:
    """
    The planned worlds of an app's stacks, nested ones included.

    Raises:
        Unreadable: The manifest is damaged, or a template is.
    """
    graphs: list[Graph] = []
    exports: dict[str, Value] = {}
    for template, given, notes in _stacks(Path(folder), options):
        source = load(template, content(template))
        notes.write(source)
        graph = planned(source, given, Given(exports=exports, note=notes.write))
        exports |= {
            str(output.export): output.value for output in graph.outputs.values() if isinstance(output.export, str)
        }
        graphs += [graph, *graph.beside]
    if not graphs:
        raise Unreadable(folder, "the app has no stacks")
    return beside_each_other(*(dataclasses.replace(graph, dialect="cdk") for graph in graphs))


def _stacks(folder: Path, options: Options) -> Iterator[tuple[str, Options, Notes]]:
    """The templates of an assembly, each behind those it depends on; how to read each, and what is noted of them."""
    file = str(folder / MANIFEST)
    notes = Notes(folder)
    try:
        artifacts = json.loads(content(file))["artifacts"]
        for artifact in artifacts.values():
            notes.take(artifact)
        for name in _ordered(artifacts):
            artifact = artifacts[name]
            properties = artifact.get("properties") or {}
            if artifact["type"] == "cdk:cloud-assembly":
                yield from _stacks(folder / properties["directoryName"], options)
            elif artifact["type"] == "aws:cloudformation:stack":
                yield str(folder / properties["templateFile"]), _given(artifact, name, options), notes
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unreadable(file, f"not a whole manifest: {type(error).__name__.lower()} {error}") from None


def _ordered(artifacts: Mapping[str, Any]) -> list[str]:
    from keyturn.read.order import Cycle, ordered

    try:
        return ordered({name: each.get("dependencies") or () for name, each in artifacts.items()})
    except Cycle:
        return list(artifacts)


def _given(artifact: Mapping[str, Any], name: str, options: Options) -> Options:
    """How to read a stack: where the app says it goes, with the parameters that it gives."""
    properties = artifact.get("properties") or {}
    where = re.fullmatch(r"aws://([^/]+)/([^/]+)", str(artifact.get("environment", "")))
    account, region = where.groups() if where else ("unknown-account", "unknown-region")
    return dataclasses.replace(
        options,
        region=options.region if region == "unknown-region" else region,
        account=options.account if account == "unknown-account" else account,
        stack=options.stack or properties.get("stackName") or name,
        parameters={
            **{key: str(value) for key, value in (properties.get("parameters") or {}).items()},
            **options.parameters,
        },
    )
