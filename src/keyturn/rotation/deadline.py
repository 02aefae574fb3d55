"""How much of the function's time is left, so that nothing is begun that cannot be finished."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from .errors import Postponed

if TYPE_CHECKING:
    from collections.abc import Callable


class Context(Protocol):
    """The part of Lambda's context object that is used."""

    def get_remaining_time_in_millis(self) -> int: ...


class Deadline:
    """When Lambda will stop this run."""

    def __init__(self, remaining_milliseconds: Callable[[], int]) -> None:
        self._remaining = remaining_milliseconds

    def require(self, seconds: float, purpose: str) -> None:
        """
        Go on only if this much time is left.

        Raises:
            Postponed: It is not.
        """
        left = self._remaining() / 1000
        if left < seconds:
            raise Postponed(
                f"{left:.1f} s are left and {purpose} may take {seconds:g} s",
                hint="give the function a timeout of 60 s",
            )
