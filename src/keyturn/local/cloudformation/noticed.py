"""Properties that remember which of them were looked at, so that it can be told which were passed over."""

from __future__ import annotations

from typing import Any

FOR_LATER = frozenset({"PendingWindowInDays", "EmptyOnDelete"})
"""Looked at when the resource is removed."""


class Noticed(dict[str, Any]):
    """A resource's properties."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[str] = set()

    @property
    def passed_over(self) -> list[str]:
        """The names of those that nobody has asked for."""
        return [name for name in super().__iter__() if name not in self._seen | FOR_LATER]

    def __getitem__(self, name: str) -> Any:
        self._seen.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._seen.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self._seen.add(str(name))
        return super().__contains__(name)

    def items(self) -> Any:
        self._seen.update(super().keys())
        return super().items()
