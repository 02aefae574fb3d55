"""
What a CDK app tells of its templates' resources beside them: the paths of their constructs, and the assets they use.

The CDK's command line has both written into the templates as metadata, unless it is told not to; an app that is run by itself, as
tests do, has them in its manifests only.

Source: the cloud assembly's schema, `manifest.ts` and `assets/schema.ts` in AWS's CDK; read 2026-11.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from keyturn.read.source import Source, content
from keyturn.read.world import Unreadable

_PUBLISHED = re.compile(r"\b([0-9a-f]{64})\.(?:json|zip)\b")
"""How the name begins under which an asset is published: with the hash of what it holds."""
_USERS = ("TemplateURL", "Code")
"""The properties that name a nested stack's template, and a function's code."""


@dataclass(slots=True)
class Notes:
    """
    What one assembly tells.

    Attributes:
        constructs: By template and logical name, the path of the construct.
        assets: By the hash of an asset, its file or folder as seen from the assembly's.
    """

    folder: Path
    constructs: dict[tuple[str, str], str] = field(default_factory=dict)
    assets: dict[str, str] = field(default_factory=dict)

    def take(self, artifact: Mapping[str, Any]) -> None:
        """
        What an artifact of the manifest tells; a file that it names and that is not there tells nothing.

        Raises:
            AttributeError, KeyError, TypeError, ValueError: It is damaged.
        """
        properties = artifact.get("properties") or {}
        if artifact["type"] == "cdk:asset-manifest":
            files = self._read(properties["file"]).get("files") or {}
            self.assets |= {key: each["source"]["path"] for key, each in files.items() if "path" in each["source"]}
        elif artifact["type"] == "aws:cloudformation:stack":
            told = dict(artifact.get("metadata") or {})
            if aside := artifact.get("additionalMetadataFile"):
                told |= self._read(aside)
            self._constructs(told, properties["templateFile"])

    def _read(self, name: str) -> dict[str, Any]:
        try:
            return json.loads(content(str(self.folder / name)))  # type: ignore[no-any-return]
        except Unreadable:
            return {}

    def _constructs(self, told: Mapping[str, list[Mapping[str, Any]]], template: str) -> None:
        nested = sorted(_entries(told, "aws:cdk:templateFile"), key=lambda each: -len(each[0]))
        for path, name in _entries(told, "aws:cdk:logicalId"):
            file = next((file for stack, file in nested if path.startswith(f"{stack}/")), template)
            self.constructs[file, name] = path.removeprefix("/")

    def write(self, source: Source) -> None:
        """Write into a template's data what its resources' metadata do not say themselves."""
        template = Path(source.file).name
        resources = source.data.get("Resources") if isinstance(source.data, dict) else None
        for name, declared in resources.items() if isinstance(resources, dict) else ():
            if not isinstance(declared, dict) or not isinstance(written := declared.get("Metadata", {}), dict):
                continue
            noted = {"aws:cdk:path": self.constructs.get((template, name)), "aws:asset:path": self._asset(declared)}
            more = {key: value for key, value in noted.items() if value is not None and key not in written}
            if more:
                declared["Metadata"] = {**written, **more}

    def _asset(self, declared: Mapping[str, Any]) -> str | None:
        """The asset on this machine that a resource uses."""
        properties = declared.get("Properties")
        used = [properties[each] for each in _USERS if each in properties] if isinstance(properties, dict) else []
        hashes = (found for each in used for found in _PUBLISHED.findall(json.dumps(each)))
        return next((self.assets[each] for each in hashes if each in self.assets), None)


def _entries(told: Mapping[str, list[Mapping[str, Any]]], kind: str) -> Iterator[tuple[str, str]]:
    for path, entries in told.items():
        for entry in entries:
            if entry.get("type") == kind and isinstance(entry.get("data"), str):
                yield path, entry["data"]
