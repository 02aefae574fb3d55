"""
What Pulumi's command line tells of a program in any language -> the planned world: `pulumi preview --json`, and `pulumi stack export`.

A preview does not tell what a value that is not known yet is made from, but which resources it comes from. A property that names one
(`kmsKeyId`, `roleArn`, `subnetIds`) and comes from one resource is taken to be its identity; all others stay unknown.

Source: `pkg/display/json.go` and `sdk/go/common/apitype/deployments.go` of Pulumi's repository; read 2026-11.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.graph import Graph
from keyturn.read.pulumi.places import Sources
from keyturn.read.pulumi.plan import Plan
from keyturn.read.pulumi.providers import account as account_of
from keyturn.read.pulumi.providers import configured
from keyturn.read.pulumi.registration import SECRET, SIGNATURE, UNKNOWN, Json, Recording, Registration
from keyturn.read.world import Options, Unreadable, World

GONE = ("delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace", "read-discard")
"""Steps that leave nothing behind."""

_ARN = re.compile(r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):")
_NAMES_ONE = re.compile(r"(?:Arn|Id|Identifier|Name|Key|role|function|bucket|topic|queue|rule|cluster|secret)$")
_NAMES_SEVERAL = re.compile(r"(?:Arns|Ids|Groups|subnets|roles)$")


def is_preview(data: Any) -> bool:
    """Whether JSON data is a preview's, or an exported stack's."""
    if not isinstance(data, dict):
        return False
    exported = isinstance(data.get("deployment"), dict) and "resources" in data["deployment"]
    return exported or (isinstance(data.get("steps"), list) and "changeSummary" in data)


def read(file: str, data: Mapping[str, Any], options: Options) -> Graph:
    """
    The planned world of a preview or of an exported stack.

    Raises:
        Unreadable: It is damaged.
    """
    try:
        states = list(_states(data))
        region = next(
            (
                state["inputs"]["region"]
                for state in states
                if state["type"] in ("pulumi:providers:aws", "pulumi:providers:aws-native")
                and "region" in state["inputs"]
            ),
            None,
        )
        stack = states[0]["urn"].split("::")[0].removeprefix("urn:pulumi:") if states else None
        settings = configured(_config(data))
        world = World(
            settings.get("region") or region or options.region,
            _account(states) or account_of(settings) or options.account,
            options.stack or stack or "stack",
        )
        graph = dataclasses.replace(_planned(file, states, world), as_of=options.as_of)
        kept = list(_kept(data))
        return dataclasses.replace(graph, previous=_planned(file, kept, world)) if kept else graph
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Unreadable(file, f"not a whole preview: {type(error).__name__.lower()} {error}") from None
    except RecursionError:
        raise Unreadable(file, "nested too deep") from None


def _account(states: list[dict[str, Any]]) -> str | None:
    """The account that most of what is there is in."""
    told = (str((state.get("outputs") or {}).get("arn")) for state in states)
    counted = Counter(match[1] for each in told if (match := _ARN.match(each)))
    return counted.most_common(1)[0][0] if counted else None


def _states(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What each resource will be, in the order in which they are made."""
    if "deployment" in data:
        yield from (
            {"inputs": {}, **state} for state in data["deployment"]["resources"] or () if not state.get("delete")
        )
        return
    for step in data["steps"]:
        state = step.get("newState")
        if state is not None and step.get("op") not in GONE:
            yield {"inputs": {}, "op": step.get("op"), **state}


def _kept(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What each resource that will be changed, or stay, is now."""
    for step in data.get("steps") or ():
        if step.get("op") in ("update", "same") and step.get("oldState"):
            yield {"inputs": {}, **step["oldState"]}


def _config(data: Mapping[str, Any]) -> dict[str, Any]:
    config = data.get("config")
    return config if isinstance(config, dict) else {}


def _planned(file: str, states: list[dict[str, Any]], world: World) -> Graph:
    plan = Plan(world, Sources(Path(), Path(file)))
    told: dict[str, dict[str, Json]] = {}
    exports: dict[str, Json] = {}
    for state in states:
        if state["type"] == "pulumi:pulumi:Stack":
            exports = state.get("outputs") or {}
        elif state.get("custom"):
            identifier, outputs = plan.declare(_registration(state, told))
            told[state["urn"]] = {"id": identifier, **outputs}
    return plan.graph(Recording((), exports), file)


def _registration(state: Mapping[str, Any], told: Mapping[str, Mapping[str, Json]]) -> Registration:
    comes_from: Mapping[str, list[str]] = state.get("propertyDependencies") or {}
    inputs = {
        name: _known(name, value, [told[urn] for urn in comes_from.get(name) or () if urn in told])
        for name, value in state["inputs"].items()
        if name != "__defaults"
    }
    return Registration(
        urn=state["urn"],
        type=state["type"],
        name=state["urn"].rpartition("::")[2],
        custom=True,
        inputs=inputs,
        dependencies=tuple(state.get("dependencies") or ()),
        property_dependencies={name: tuple(urns or ()) for name, urns in comes_from.items()},
        provider=state.get("provider") or "",
        parent=state.get("parent") or "",
        identifier=state.get("id") or "",
        outputs=_told(state),
        exists=state.get("op") == "read" or bool(state.get("external")),
        protect=bool(state.get("protect")),
        retain=bool(state.get("retainOnDelete")),
    )


def _told(state: Mapping[str, Any]) -> dict[str, Json]:
    """What a resource tells that is there; nothing of one that is still to be made."""
    if not state.get("id"):
        return {}
    return {"id": state["id"], **{name: each for name, each in (state.get("outputs") or {}).items() if each != UNKNOWN}}


def _known(name: str, value: Json, sources: list[Mapping[str, Json]]) -> Json:
    """An input, with the identity of the resource that it comes from in the place of what is not known yet."""
    if isinstance(value, dict) and value.get(SIGNATURE) == SECRET:
        shown = json.loads(value["plaintext"]) if "plaintext" in value else UNKNOWN
        return {"value": shown, **value}
    if isinstance(value, dict) and sources:
        return {key: _known(key, each, sources) for key, each in value.items()}
    if value == UNKNOWN and len(sources) == 1 and _NAMES_ONE.search(name):
        return _identity(name, sources[0])
    if isinstance(value, list) and value and all(each == UNKNOWN for each in value) and _NAMES_SEVERAL.search(name):
        if len(value) == len(sources):
            return [_identity(name, source) for source in sources]
    elif isinstance(value, list):
        return [_known(name, each, sources) for each in value]
    return value


def _identity(name: str, source: Mapping[str, Json]) -> Json:
    """What a property of this name refers to a resource by."""
    # A key may be named by its id or its ARN: which the program has is not told, and only the ARN is taken everywhere.
    if re.search(r"(?:Arns?|[kK]eyId)$", name) and "arn" in source:
        return source["arn"]
    if name.endswith("Name") and "name" in source and source["name"] is not None:
        return source["name"]
    return source.get("id") or UNKNOWN
