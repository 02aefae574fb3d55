"""
What `Fn::Transform` puts into a template's sections and resources, as `AWS::Include` does: told of, and taken out before the rest is read.

A template that gets more than it says may name what is not declared in it: that is unknown then, and no fault. And what it declares may be
completed there, such as by a policy.

Source: CloudFormation's "AWS::Include transform" and "Fn::Transform"; read 2026-11.
"""

from __future__ import annotations

import dataclasses
from typing import Any

from keyturn.graph import Path, Remark
from keyturn.read.source import Source

KEY = "Fn::Transform"
SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


def taken_out(source: Source) -> Source:
    """The template with what it says itself only."""
    if KEY not in source.text and "!Transform" not in source.text:  # As most are.
        return source
    found: list[tuple[Path, str]] = []

    def without(data: Any, path: Path) -> Any:
        if not isinstance(data, dict) or KEY not in data:
            return data
        found.append(((*path, KEY), _name(data[KEY])))
        return {key: each for key, each in data.items() if key != KEY}

    data = without(source.data, ())
    for section in SECTIONS:
        if section in data:
            data = {**data, section: without(data[section], (section,))}
    if isinstance(resources := data.get("Resources"), dict):
        data = {**data, "Resources": {name: each for name, each in resources.items() if not _made(name, each, found)}}
    if not found:
        return source
    all_ = frozenset(data.get("Resources") or ())
    remarks = [
        Remark(
            source.place(path),
            f"the transform `{name}` puts something in here, which is not looked at",
            handed=all_ if len(path) == 1 or path[0] == "Resources" else frozenset(),
        )
        for path, name in found
    ]
    return dataclasses.replace(source, data=data, added=unknown(found[0][1]), remarks=(*source.remarks, *remarks))


def unknown(transform: str) -> str:
    """Why something is not known in a template that a transform adds to."""
    return f"the transform `{transform}` may make it at deployment"


def _made(name: str, resource: Any, found: list[tuple[Path, str]]) -> bool:
    """Whether a resource is made by a transform, be it its properties only: what it will be is not known then."""
    for data, path in (
        (resource, ()),
        (resource.get("Properties") if isinstance(resource, dict) else None, ("Properties",)),
    ):
        if isinstance(data, dict) and KEY in data:
            found.append((("Resources", name, *path, KEY), _name(data[KEY])))
            return True
    return False


def _name(transform: Any) -> str:
    return str(transform.get("Name")) if isinstance(transform, dict) else str(transform)
