"""
Write src/keyturn/facts/data/replacements.json from the schemas of resource types in a wheel of cfn-lint.

    python tools/generate_replacements.py FOLDER

FOLDER holds the wheel. Of each type that the local AWS has there are kept the properties whose change makes CloudFormation replace the
resource: those that the schema calls `createOnlyProperties`, and apart from them `conditionalCreateOnlyProperties`, with which it depends.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
"""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from keyturn.local.cloudformation.types import kinds

TARGET = Path(__file__).resolve().parent.parent / "src" / "keyturn" / "facts" / "data" / "replacements.json"
REGION = "us-east-1"
OTHERWISE = ("AWS::CloudFormation::CustomResource",)
"""What CloudFormation refuses to change instead."""


def named(schema: dict[str, Any], list_: str) -> list[str]:
    """The properties in one of the schema's lists; one within another does not count, for the outer one can be changed."""
    paths = (path.removeprefix("/properties/") for path in schema.get(list_, ()))
    return sorted({path for path in paths if "/" not in path})


def replacing(schema: dict[str, Any]) -> dict[str, list[str]]:
    found = {
        "always": named(schema, "createOnlyProperties"),
        "sometimes": named(schema, "conditionalCreateOnlyProperties"),
    }
    return {when: names for when, names in found.items() if names}


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    wheel = next(Path(sys.argv[1]).glob("cfn_lint-*.whl"))
    with zipfile.ZipFile(wheel) as archive:

        def read(path: str) -> Any:
            return json.loads(archive.read(f"cfnlint/data/schemas/{path}.json"))

        files = read(f"providers/{REGION}")
        names = sorted(kinds().keys() - {*OTHERWISE})
        found = {name: replacing(read(f"resources/{files[name]}")) for name in names if name in files}
    TARGET.write_text(json.dumps({"source": wheel.stem.split("-py3")[0], "types": found}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
