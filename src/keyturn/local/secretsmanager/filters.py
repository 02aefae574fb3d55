"""Which secrets a call means that describes them: the filters of ListSecrets and BatchGetSecretValue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from keyturn.local.secretsmanager import errors
from keyturn.local.secretsmanager.secret import Secret


def matches(secret: Secret, filters: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a secret passes all filters."""
    return all(_matches(secret, each) for each in filters)


def page(found: list[Secret], parameters: Mapping[str, Any], most: int) -> tuple[list[Secret], dict[str, str]]:
    """
    The part of what was found that a request asks for, and where the next begins.

    Args:
        most: Unless the request says less.

    Raises:
        Refused: It asks for none that there is.
    """
    token, size = parameters.get("NextToken") or "0", parameters.get("MaxResults") or most
    if not token.isdecimal():
        raise errors.no_such_page()
    start = int(token)
    return found[start : start + size], {"NextToken": str(start + size)} if start + size < len(found) else {}


def _matches(secret: Secret, wanted: Mapping[str, Any]) -> bool:
    """Whether a secret passes one filter; values begin with `!` to mean the opposite."""
    fields = {
        "name": [secret.name],
        "description": [secret.description or ""],
        "tag-key": list(secret.tags),
        "tag-value": list(secret.tags.values()),
        "owning-service": [secret.owner],
        "primary-region": [],
    }
    key = wanted["Key"]
    if key == "all":
        texts = [text for each in fields.values() for text in each]
        return any(value.lower() in text.lower() for value in wanted["Values"] for text in texts)
    exact = key in ("name", "tag-key", "tag-value")

    def one(value: str) -> bool:
        negative, value = value.startswith("!"), value.removeprefix("!")
        if exact:
            found = any(text.startswith(value) for text in fields[key])
        else:
            found = any(value.lower() in text.lower() for text in fields.get(key, ()))
        return found is not negative

    return any(one(value) for value in wanted["Values"])
