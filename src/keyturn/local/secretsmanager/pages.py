"""Long answers, a page at a time."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from keyturn.local.secretsmanager import errors

Found = TypeVar("Found")
Key = Callable[[Found], tuple[str, str]]


def page(
    found: Iterable[Found], key: Key[Found], parameters: Mapping[str, Any], most: int, *, descending: bool = False
) -> tuple[list[Found], dict[str, str]]:
    """
    The part of what was found that a request asks for, and where the next begins.

    It begins behind what was shown last, also when that is gone by then: whoever removes what they are shown misses nothing.

    Args:
        key: What it is sorted by; the second part tells apart what is alike in the first.
        most: Unless the request says less.

    Raises:
        Refused: Its NextToken is none of ours.
    """
    after, size = _read(parameters.get("NextToken")), parameters.get("MaxResults") or most
    ordered = sorted(found, key=key, reverse=descending)
    if after is not None:
        ordered = [each for each in ordered if (key(each) < after if descending else key(each) > after)]
    shown = ordered[:size]
    return shown, {"NextToken": _written(key(shown[-1]))} if len(ordered) > size else {}


def _written(key: tuple[str, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode()


def _read(token: str | None) -> tuple[str, str] | None:
    if token is None:
        return None
    try:
        first, second = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise errors.no_such_page() from None
    if not isinstance(first, str) or not isinstance(second, str):
        raise errors.no_such_page()
    return first, second
