"""Spans of time in words."""

from __future__ import annotations

from datetime import timedelta


def spoken(span: timedelta) -> str:
    """A span of time in words: `3 hours`, `2 days`."""
    seconds = max(int(span.total_seconds()), 0)
    for name, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= (2 if name == "day" else 1) * length:
            count = seconds // length
            return f"{count} {name}{'s' if count > 1 else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
