"""Write docs/names.md, the table of names, from `keyturn.read.names`. Run by hand when the table changes; a test compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from keyturn.read.names import KINDS
from keyturn.read.names.kind import Ignored, Kind, Object, Objects, Rule, Spread

PAGE = Path(__file__).resolve().parents[1] / "docs" / "names.md"

HEAD = """# Names

What Terraform's AWS provider and Pulumi's are read as, in CloudFormation's words. Written by `tools/write_names.py`.

Properties are Terraform's names; Pulumi's are the same, in the plural for some lists. A dot is a property of a nested object. A type in
parentheses is put into the property of another resource; it stands alone if that one is not declared.

| Terraform | Pulumi | CloudFormation | properties |
|---|---|---|---|
"""


def page() -> str:
    """The page's text."""
    return HEAD + "".join(f"{row}\n" for row in sorted(map(_row, KINDS)))


def _row(kind: Kind) -> str:
    words = ", ".join(_words(kind.properties))
    into = f"({kind.type or kind.part.into})" if kind.part else kind.type
    when = "".join(f" ({name} = {value})" for name, value in kind.when.items()) + (
        f" (of {kind.given})" if kind.given else ""
    )
    return f"| `{kind.terraform}`{when} | `{kind.pulumi}` | {into} | {words} |"


def _words(rules: Mapping[str, Rule]) -> Iterator[str]:
    for name, rule in rules.items():
        match rule:
            case Ignored():
                continue
            case Object() | Objects() | Spread():
                yield from (f"{name}.{inner}" for inner in _words(rule.properties))
                if isinstance(rule, Spread):
                    yield from (f"{name}.{peer}" for peer in rule.peers)
            case _:
                yield name


if __name__ == "__main__":
    PAGE.write_text(page())
