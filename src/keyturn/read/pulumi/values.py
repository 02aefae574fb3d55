"""A program's values as they travel to its engine -> plain data with marks: secrets, assets and references to resources opened."""

from __future__ import annotations

from typing import Any

from keyturn.graph import Unknown
from keyturn.read.pulumi.marks import is_reference
from keyturn.read.pulumi.registration import ARCHIVE, ASSET, RESOURCE, SECRET, SIGNATURE, UNKNOWN, Json

CONCEALED = Unknown("the program marks it as a secret")


def opened(value: Json, because: str, *, secret: bool = False) -> Any:
    """
    The plain data of a value.

    What is marked as a secret is opened where it is a policy or a reference; a text of its own stays Unknown, so that it is never shown.

    Args:
        because: Why a value that the program did not know is not known.
    """
    if isinstance(value, list):
        return [opened(item, because, secret=secret) for item in value]
    if isinstance(value, dict):
        match value.get(SIGNATURE):
            case None:
                return {name: opened(item, because, secret=secret) for name, item in value.items()}
            case str(kind) if kind == SECRET and "value" not in value:  # An exported one is encrypted.
                return CONCEALED
            case str(kind) if kind == SECRET:
                return opened(value.get("value"), because, secret=True)
            case str(kind) if kind == RESOURCE:
                return value.get("id") or value.get("urn")
            case str(kind) if kind in (ASSET, ARCHIVE):
                return _asset(value)
            case _:
                return Unknown("the program gives a value of a kind that is not known here")
    if value == UNKNOWN:
        return Unknown(because)
    if secret and isinstance(value, str) and not _harmless(value):
        return CONCEALED
    return value


def _harmless(text: str) -> bool:
    """Whether a secret's text is a reference only, or a policy."""
    return is_reference(text) or '"Statement"' in text


def _asset(value: Json) -> Any:
    for kind in ("path", "uri", "text"):
        if kind in value:
            return value[kind]
    return [_asset(item) for item in value.get("assets", {}).values()]


def told(inputs: dict[str, Json]) -> dict[str, Json]:
    """What a program gave a resource, so that it can ask it for that: resources by their id, files not at all."""
    return {name: value for name, given in inputs.items() if (value := _told(given)) is not None}


def _told(value: Json) -> Json:
    if isinstance(value, list):
        return [_told(item) for item in value]
    if isinstance(value, dict):
        match value.get(SIGNATURE):
            case str(kind) if kind == RESOURCE:
                return value.get("id") or value.get("urn")
            case str(kind) if kind in (ASSET, ARCHIVE):
                return None
        return {name: _told(item) for name, item in value.items()}
    return value
