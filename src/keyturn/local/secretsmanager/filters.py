"""
Which secrets a call means that describes them: the filters of ListSecrets and BatchGetSecretValue.

Source: API reference, Filter; Secrets Manager user guide, "Find secrets", which says how descriptions are searched (by their words, where
the API reference says by their beginning: moto's tests against AWS found the words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from keyturn.local.secretsmanager.secret import Secret

_WORD = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")
"""Words end where upper case follows lower case, letters numbers, or either anything else."""

_BEGINNINGS = ("name", "tag-key", "tag-value", "primary-region")
"""Filters for the beginning of a text, in its case; the others look for words, in any case."""


def matches(secret: Secret, filters: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a secret passes all filters."""
    return all(_matches(_texts(secret, each["Key"]), each["Key"], each["Values"]) for each in filters)


def _texts(secret: Secret, key: str) -> list[str]:
    """What of a secret a filter looks at."""
    description, owner = secret.description or "", secret.owner
    match key:
        case "name":
            return [secret.name]
        case "description":
            return [description]
        case "tag-key":
            return list(secret.tags)
        case "tag-value":
            return list(secret.tags.values())
        case "owning-service":
            return [owner] if owner else []
        case "primary-region":
            return [secret.primary_region] if secret.primary_region else []
        case _:
            return [secret.name, description, *secret.tags, *secret.tags.values()]


def _matches(texts: list[str], key: str, values: Iterable[str]) -> bool:
    """Whether one of the values is found; those that begin with `!` are to be found nowhere."""

    def one(value: str) -> bool:
        wanted = value.removeprefix("!")
        passes = str.startswith if key in _BEGINNINGS else _has_words
        found = any(passes(text, wanted) for text in texts)
        return found is not value.startswith("!")

    return any(one(value) for value in values)


def _has_words(text: str, wanted: str) -> bool:
    """Whether each word that is wanted begins one of the text's."""
    there = [word.lower() for word in _WORD.findall(text)]
    asked = [word.lower() for word in _WORD.findall(wanted)]
    return bool(asked) and all(any(word.startswith(each) for word in there) for each in asked)
