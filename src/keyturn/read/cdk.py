"""
A CDK app's output (`cdk.out`) -> the planned worlds of its stacks, which know each other's exports.

Resources are called by the paths of their constructs. Places are in the templates: what made them is the app's to say.

Source: the cloud assembly's schema, `manifest.ts` in AWS's CDK; read 2026-11.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.graph import Graph, Place, Remark
from keyturn.read.assembly_notes import Notes
from keyturn.read.cloudformation import Given, beside_each_other, planned
from keyturn.read.cloudformation.elsewhere import Elsewhere
from keyturn.read.paths import is_file
from keyturn.read.source import content, load
from keyturn.read.world import ACCOUNT, Options, PartlyUnreadable, Unreadable

MANIFEST = "manifest.json"
ANYWHERE = "unknown-account"
"""What stands for the account where an app leaves it to who deploys it."""


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
    The planned worlds of an app's stacks, nested ones included. Those that the app puts nowhere are where it puts its others, if that is
    one account and the user says nothing else.

    Raises:
        Unreadable: The manifest is damaged.
        PartlyUnreadable: A template is.
    """
    stacks = list(_stacks(Path(folder), options))
    told = {given.account for _, given, _ in stacks} - {ANYWHERE}
    account = told.pop() if len(told) == 1 and options.account == ACCOUNT else options.account
    graphs: list[Graph] = []
    errors: list[Unreadable] = []
    elsewhere = Elsewhere()
    for template, said, notes in stacks:
        given = dataclasses.replace(said, account=account) if said.account == ANYWHERE else said
        try:
            source = load(template, content(template))
            notes.write(source)
            graph = planned(source, given, Given(elsewhere=elsewhere, note=notes.write))
        except Unreadable as error:
            errors.append(error)
            continue
        elsewhere.add(graph)
        graphs += [graph, *graph.beside]
    if not stacks:
        raise Unreadable(folder, "the app has no stacks")
    unseen = tuple(_unseen(error, graphs) for error in errors)
    whole = beside_each_other(
        *(dataclasses.replace(graph, dialect="cdk", remarks=(*graph.remarks, *unseen)) for graph in graphs)
    )
    if errors:
        raise PartlyUnreadable(tuple(errors), whole)
    return whole


def _unseen(error: Unreadable, graphs: Iterable[Graph]) -> Remark:
    """That a stack cannot be read, which may complete what the others have."""
    told = f"the stack of {Path(error.file).name} cannot be read: what it makes is not looked at"
    return Remark(Place(error.file), told, handed=frozenset(name for graph in graphs for name in graph.resources))


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
    """How to read a stack: where the app says it goes, which may be ANYWHERE, with the parameters that it gives."""
    properties = artifact.get("properties") or {}
    where = re.fullmatch(r"aws://([^/]+)/([^/]+)", str(artifact.get("environment", "")))
    account, region = where.groups() if where else (ANYWHERE, "unknown-region")
    return dataclasses.replace(
        options,
        region=options.region if region == "unknown-region" else region,
        account=account,
        stack=options.stack or properties.get("stackName") or name,
        parameters={
            **{key: str(value) for key, value in (properties.get("parameters") or {}).items()},
            **options.parameters,
        },
    )
