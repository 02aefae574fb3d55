"""
Write src/keyturn/facts/data/resource_types.txt from the schemas of CloudFormation's resource types, as AWS publishes them.

    python tools/generate_resource_types.py SCHEMAS DAY

SCHEMAS is the archive `CloudformationSchema.zip` of a region, or a folder of such files, of several regions if need be; DAY is when AWS
published them. The first line is that day; each other one is a type with the properties that it has and must have, down to the innermost.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).resolve().parent.parent / "src" / "keyturn" / "facts" / "data" / "resource_types.txt"
LOOSE = {"Tags"}
"""What schemas of old types call required, and nobody misses."""


def schemas(source: Path) -> Iterator[dict[str, Any]]:
    """Each type's schema."""
    if source.is_dir():
        yield from (json.loads(path.read_text()) for path in sorted(source.glob("*.json")))
        return
    with zipfile.ZipFile(source) as archive:
        for name in sorted(archive.namelist()):
            yield json.loads(archive.read(name))


class Shapes:
    """
    The objects of one type by name, the type itself under the empty one: `{"of": {property: object}, "needs": [property…]}`.

    What holds no object is of `""`; a list of objects is of `[name`. An object that may have more than is said is not there.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._definitions = schema.get("definitions", {})
        self.found: dict[str, dict[str, Any]] = {}
        self._add("", schema)

    def _add(self, name: str, node: dict[str, Any]) -> bool:
        if name in self.found:
            return True
        if node.get("additionalProperties") is not False or node.get("patternProperties") or "properties" not in node:
            return False
        shape: dict[str, Any] = {"of": {}}
        self.found[name] = shape
        for property_, inner in sorted(node["properties"].items()):
            shape["of"][property_] = self._of(inner, f"{name}.{property_}")
        if needs := sorted({*node.get("required", ())} - LOOSE):
            shape["needs"] = needs
        return True

    def _of(self, node: dict[str, Any], place: str) -> str:
        if reference := node.get("$ref"):
            name = str(reference).removeprefix("#/definitions/")
            return self._of(self._definitions.get(name, {}), name)
        if node.get("type") == "array" and isinstance(node.get("items"), dict):
            of = self._of(node["items"], f"{place}[")
            return f"[{of}" if of and not of.startswith("[") else ""
        if node.get("type", "object") != "object" or not self._add(place, node):
            return ""
        return place


def _json(shapes: dict[str, dict[str, Any]]) -> str:
    return json.dumps(shapes, separators=(",", ":"))


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    source, day = sys.argv[1:]
    shapes = (f"{each['typeName']} {_json(Shapes(each).found)}" for each in schemas(Path(source)))
    TARGET.write_text("\n".join((day, *shapes)) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
