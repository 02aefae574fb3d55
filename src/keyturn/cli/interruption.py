"""
Ctrl-C and SIGTERM, made sure of.

Python raises KeyboardInterrupt wherever it just is. From some places none gets out: a finalizer, a callback of the import system, another's
`except BaseException` that then waits for what will never be. So it is raised again until it is on its way; and once it is, nothing
disturbs the cleaning up, not a second Ctrl-C either.
"""

from __future__ import annotations

import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType

AGAIN = 0.5
"""Seconds after which it is raised again, unless it is on its way."""


class _Ear:
    """Listens while it is entered; in the main thread only, for signals reach no other."""

    def __init__(self, *, for_good: bool) -> None:
        self.for_good = for_good
        self.listening = False
        self.told = False
        self._hook = sys.unraisablehook

    def __enter__(self) -> None:
        self._former = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)}
        try:
            signal.signal(signal.SIGTERM, self._tell)
            if self._former[signal.SIGINT] is not signal.SIG_IGN:  # as `nohup` and shells' background jobs have it
                signal.signal(signal.SIGINT, self._tell)
            self.listening = True
        except ValueError:  # another thread
            self._former.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.listening:
            self.stop()
        if not self.for_good:
            for each, handler in self._former.items():
                if handler is not None:
                    signal.signal(each, handler)

    def stop(self) -> None:
        """Listen no more."""
        self.listening = False
        if self.told:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sys.unraisablehook = self._hook

    def _tell(self, number: int, frame: FrameType | None) -> None:
        if not self.listening or _on_its_way():
            return
        if not self.told:
            self.told = True
            self._silence_others()
            signal.signal(signal.SIGALRM, self._tell)
            signal.setitimer(signal.ITIMER_REAL, AGAIN, AGAIN)
        raise KeyboardInterrupt

    def _silence_others(self) -> None:
        """What libraries then write, of tasks that were destroyed or never awaited, is of no use to anybody."""
        self._hook, sys.unraisablehook = sys.unraisablehook, self._unraisable
        if self.for_good:
            if "logging" in sys.modules:
                sys.modules["logging"].disable()
            if "warnings" in sys.modules:
                sys.modules["warnings"].simplefilter("ignore")

    def _unraisable(self, swallowed: sys.UnraisableHookArgs) -> None:
        """What Python says of an exception that got nowhere. This one will be raised again."""
        if swallowed.exc_type is not KeyboardInterrupt:
            self._hook(swallowed)


_ear = _Ear(for_good=False)


def heeded(*, for_good: bool) -> _Ear:
    """
    For a `with` block: within it, Ctrl-C and SIGTERM raise KeyboardInterrupt until it is seen to be on its way.

    Args:
        for_good: Whether the process ends with the block: what comes then is let be, for Python takes a moment to end.
    """
    global _ear
    _ear = _Ear(for_good=for_good)
    return _ear


def heard() -> None:
    """
    Say that it has arrived: it is not raised again, and what comes now is let be.

    One that came while a text was executed, as for each dataclass and named tuple, Python takes for unhandled: `python -m` would end
    itself by SIGINT, whatever exit code it is given. Executing another text makes it forget.
    """
    _ear.stop()
    exec("")  # noqa: S102 - there is nothing in it


def _on_its_way() -> bool:
    """Whether what runs now runs because of a KeyboardInterrupt: in a `finally`, an `except` or at the end of a `with`."""
    error = sys.exc_info()[1]
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__context__
    return False


def _let_go_after_fork() -> None:
    """A forked worker has nothing to clean up or to say: signals end it."""
    if _ear.listening:
        for each in (signal.SIGINT, signal.SIGTERM):
            if signal.getsignal(each) is not signal.SIG_IGN:
                signal.signal(each, signal.SIG_DFL)


os.register_at_fork(after_in_child=_let_go_after_fork)
