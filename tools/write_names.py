"""
Write docs/names.md, the table of what is mapped in each dialect. Run by hand when `keyturn.read.names` or the identities change.

A test compares the page; others hold the names against the provider's schema, and what checks read against the names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from keyturn.read.identity import compute, database, messaging, network, operations, security, web
from keyturn.read.names import KINDS
from keyturn.read.names.kind import Apart, Entries, Ignored, Item, Kept, Kind, Object, Objects, Pairs, Rule, Spread

PAGE = Path(__file__).resolve().parents[1] / "docs" / "names.md"
AREAS = (compute, database, messaging, network, operations, security, web)

HEAD = """# Names

What each dialect is read as, in CloudFormation's words. Written by `tools/write_names.py`; [reading](reading.md) says how.

## CloudFormation, SAM, CDK and Pulumi's `aws-native`

Every type and every property is read as it is written; `aws-native:rds:DbInstance` has the same in camel case. What `Ref`, the
ARN and `Fn::GetAtt` will give is known for these types; of others it is unknown, and what is made of it too.

{identities}

## Terraform, and Pulumi's `aws`

Properties are Terraform's names, in configurations and plans alike; Pulumi's are the same in camel case, in the plural for some lists.
A dot reaches into a nested block. A property that is not in the table is left out of the planned world, and a remark says so, which
`keyturn graph` shows; so is a resource whose type is not. What stands in brackets says nothing of the planned world and is ignored.

{kinds}"""


def page() -> str:
    """The page's text."""
    by_type: dict[str, list[Kind]] = {}
    for kind in KINDS:
        by_type.setdefault(_heading(kind), []).append(kind)
    sections = ["\n".join(_section(type_, kinds)) for type_, kinds in sorted(by_type.items())]
    return HEAD.format(identities=_identities(), kinds="\n\n".join(sections)) + "\n"


def _identities() -> str:
    services: dict[str, list[str]] = {}
    for name in sorted(name for area in AREAS for name in area.SHAPES):
        service, _, type_ = name.partition("::")
        services.setdefault(service, []).append(type_)
    return "\n".join(f"* `AWS::{service}::` {', '.join(types)}" for service, types in services.items())


def _heading(kind: Kind) -> str:
    """The type that a kind is, or that it completes."""
    if kind.part is None:
        return kind.type
    return next(each.type for each in KINDS if each.part is None and _completes(kind, each))


def _completes(part: Kind, whole: Kind) -> bool:
    """Whether one is a property of the other: Terraform names it after that, but for the targets of a rule."""
    named = part.terraform.replace("aws_cloudwatch_event_target", "aws_cloudwatch_event_rule_target")
    return named.startswith(f"{whole.terraform}_")


def _section(type_: str, kinds: list[Kind]) -> Iterator[str]:
    yield f"### {type_}"
    for kind in kinds:
        when = "".join(f" with `{name} = {value}`" for name, value in kind.when.items())
        when += f" with `{kind.given}`" if kind.given else ""
        into = f", put into `{kind.part.into}`" if kind.part else ""
        yield ""
        yield f"`{kind.terraform}`, `{kind.pulumi}`{when}{into}"
        yield ""
        yield "| CloudFormation | Terraform and Pulumi |"
        yield "|---|---|"
        rows: dict[str, list[str]] = {}
        for here, there in _rows(kind.properties, "", ""):
            rows.setdefault(here, []).append(there)
        for here, theirs in rows.items():
            yield f"| {here} | {', '.join(theirs)} |"
        if ignored := [name for name, rule in kind.properties.items() if isinstance(rule, Ignored)]:
            yield f"| | [{', '.join(ignored)}] |"


def _rows(rules: Mapping[str, Rule], here: str, there: str) -> Iterator[tuple[str, str]]:
    for name, rule in rules.items():
        theirs = f"{there}{name}"
        match rule:
            case Ignored():
                continue
            case str(to):
                yield f"{here}{to}", theirs
            case Kept(kept):
                yield f"({kept})", theirs
            case Object("", inner):
                yield from _rows(inner, here, f"{theirs}.")
            case Object(to, inner) | Objects(to, inner):
                yield from _rows(inner, f"{here}{to}.", f"{theirs}.")
            case Spread(to, inner, peers):
                yield from _rows(inner, f"{here}{to}.", f"{theirs}.")
                yield from ((f"{here}{to}.{one}", f"{theirs}.{peer}") for peer, one in peers.items())
            case Item(to, of):
                yield f"{here}{to}.{of}", theirs
            case Pairs(to, key, of):
                yield f"{here}{to}.{key}, .{of}", theirs
            case Entries(to, key, of):
                yield f"{here}{to}", f"{theirs}.{key}, .{of}"
            case Apart(type_, to):
                yield f"{type_}.{to}", theirs
            case _:
                yield f"{here}{rule.to}", theirs


if __name__ == "__main__":
    PAGE.write_text(page())
