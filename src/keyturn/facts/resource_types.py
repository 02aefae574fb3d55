"""
Which properties each of CloudFormation's resource types has, and which of them it must have.

Made by tools/generate_resource_types.py from the schemas that AWS publishes of its types; what the schema of a nested object leaves open is
taken to be open.
Source: https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schemas.html
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from keyturn.facts import stored
from keyturn.facts.error import AwsError


class Kind(NamedTuple):
    """
    An object of a resource's: what it may have.

    Attributes:
        of: Its properties, each with the name of the object that it holds; `[name` is a list of such, empty is what holds none.
        needs: The properties without which it is refused.
    """

    of: Mapping[str, str]
    needs: tuple[str, ...]


@functools.cache
def _lines() -> Mapping[bytes, bytes]:
    """The shapes of each type, by its name; the first line, the day, has none."""
    return dict(line.partition(b" ")[::2] for line in stored.raw("resource_types.txt").splitlines())


@functools.cache
def day() -> str:
    """The day of the schemas."""
    return next(iter(_lines())).decode()


def types() -> Iterator[str]:
    """All types that there were on that day, in any region."""
    return (name.decode() for name, shapes in _lines().items() if shapes)


def exists(type_: str) -> bool:
    """Whether there was such a type on that day."""
    return bool(_lines().get(type_.encode()))


@functools.cache
def kinds(type_: str) -> Mapping[str, Kind]:
    """A type's objects by name, the type itself under the empty one; nothing of a type that there is not, or that is open."""
    read = json.loads(_lines().get(type_.encode()) or "{}")
    return {name: Kind(each["of"], tuple(each.get("needs", ()))) for name, each in read.items()}


def unknown_property(name: str) -> AwsError:
    """What CloudFormation says of a property that there is not."""
    return AwsError("ValidationError", f"Encountered unsupported property {name}")


def missing_property(resource: str, path: Sequence[object], name: str) -> AwsError:
    """
    What it says of one that is missing.

    Args:
        resource: The logical name.
        path: Where in the resource.
    """
    place = "/".join(str(step) for step in path)
    return AwsError(
        "ValidationError",
        f"Properties validation failed for resource {resource} with message: #{f'/{place}' if place else ''}: "
        f"required key [{name}] not found",
    )


def unknown_types(*names: str) -> AwsError:
    return AwsError("ValidationError", f"Template format error: Unrecognized resource types: [{', '.join(names)}]")
