"""Whether a property is given at all, where what it will be is not known."""

from __future__ import annotations

from keyturn.graph import Resource, Unknown


def given(resource: Resource, *path: str | int) -> bool:
    """Whether a property has a value, known or not: one that is looked up at deployment is there, one that may be left out is not."""
    value = resource.get(*path)
    return value is not None and not (isinstance(value, Unknown) and value.source is None)


def off(resource: Resource, *path: str | int) -> bool:
    """Whether a switch is known to be off, or not set."""
    value = resource.get(*path)
    return value is None or str(value).lower() == "false"
