"""
How long an old password keeps working, measured on Secrets Manager's clock alone.

The grace period begins when AWSCURRENT moved, because from then on nobody who asks gets the old
password. No single date of Secrets Manager says when that was:

- `LastRotatedDate` is when a rotation last completed; a value put by hand may be later.
- A version's `CreatedDate` is when it was made; a rotation that was stuck for days moved AWSCURRENT to
  it long after.
- `LastChangedDate` covers every change, so it is never too early, but also moves with each tag.

The first two decide. The third is used only where they cannot: somebody moved the label back to an
older version, or a rotation has moved it and its completion is not recorded yet.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from .store import CURRENT, PENDING

if TYPE_CHECKING:
    from .store import Description, Version

_NEVER = datetime.min.replace(tzinfo=UTC)


def current_since(description: Description, current: Version, previous: Version) -> datetime:
    """When AWSCURRENT came to its version. Never earlier than it really did."""
    created = current.created or _NEVER
    rotated = description.last_rotated or _NEVER
    changed = description.last_changed or description.now
    moved_back = previous.created is not None and created < previous.created
    unrecorded = description.holder(PENDING) == description.holder(CURRENT) is not None and rotated < created
    unknown = created is _NEVER and rotated is _NEVER
    return changed if moved_back or unrecorded or unknown else max(rotated, created)


def left(since: datetime, now: datetime, grace: int) -> timedelta:
    """What is left of the grace period; zero when it is over."""
    return max(since + timedelta(seconds=grace) - now, timedelta(0))
