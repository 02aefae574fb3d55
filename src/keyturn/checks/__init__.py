"""
Every check there is: one file per fault, named for it.

A check is imported when something in a graph is of a type that it looks at: `index.py`, which `make docs` writes, knows that of each.
So a template waits only for the checks that it needs.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import KeysView

from keyturn.check import Check
from keyturn.checks.index import INDEX
from keyturn.resembling import resembling


def every() -> tuple[Check, ...]:
    """All checks, by name."""
    return tuple(map(_imported, INDEX))


def looking_at(types: KeysView[str]) -> tuple[Check, ...]:
    """The checks that look at resources of any of these CloudFormation types, or of all types; by name."""
    return tuple(_imported(name) for name, on in INDEX.items() if not on or not types.isdisjoint(on))


def named(name: str) -> Check | None:
    """The check of this name."""
    return _imported(name) if name in INDEX else None


def nearest(name: str) -> str:
    """The name of a check that is most like one that none has; empty where none is alike."""
    return resembling(name, INDEX)


@functools.cache
def _imported(name: str) -> Check:
    function = name.replace("-", "_")
    check: Check = getattr(importlib.import_module(f"{__name__}.{function}"), function)
    return check
