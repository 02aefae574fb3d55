"""What functions do with their arguments: which take what is not known before deployment, and which look at what is inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.values import Raw, same

KEEPS = frozenset(
    (
        "coalesce",
        "coalescelist",
        "concat",
        "element",
        "flatten",
        "keys",
        "length",
        "lookup",
        "merge",
        "one",
        "reverse",
        "slice",
        "tolist",
        "tomap",
        "values",
        "zipmap",
    )
)
"""Functions that only put things together: of what they give, resources can be asked for what they tell."""
LOOKS_INSIDE = frozenset(("coalesce", "coalescelist", "concat", "jsonencode", "length", "lookup", "merge"))
"""Functions that take unknown values among others; what `lookup` looks in and for must be known."""
COMPARES = frozenset(
    (
        "alltrue",
        "anytrue",
        "contains",
        "index",
        "matchkeys",
        "max",
        "min",
        "setintersection",
        "setsubtract",
        "sort",
        "sum",
        "transpose",
    )
)
"""Functions that look at what is in a list: where that is not known, neither is what they give."""
DECIDED_BY: Mapping[str, Callable[..., bool]] = {
    "alltrue": lambda items: any(item in (False, "false") for item in items),
    "anytrue": lambda items: any(item in (True, "true") for item in items),
    "contains": lambda items, value: any(same(item, value) and plain(str(item)) != "unknown" for item in items),
}
"""Where one item decides, whatever the others are."""


def characters(value: Raw, deep: int = 8) -> int:
    """How many characters of text are in a value, down to some depth."""
    if isinstance(value, str):
        return len(value)
    if deep and isinstance(value, list | dict):
        return sum(characters(each, deep - 1) for each in (value.values() if isinstance(value, dict) else value))
    return 0
