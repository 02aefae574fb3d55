"""
Children that never outlive us, not even when we are killed with SIGKILL.

Linux can signal a child when its parent ends, but means the parent's *thread*; macOS cannot at all. So between us and each
child stands a guardian (`guardian.py`, about 9 MB and 10 ms): it holds the reading end of a pipe whose other end is ours alone,
which the kernel closes whatever becomes of us.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

GUARDIAN = Path(__file__).with_name("guardian.py")

Output = int | IO[bytes] | None


class Child:
    """
    A running command in a session of its own, out of reach of the terminal's Ctrl-C, that ends when this process does.

    Leaving the `with` block kills it and all that it started.
    """

    def __init__(self, guardian: subprocess.Popen[bytes], control: IO[bytes], report: IO[bytes], pid: int) -> None:
        self.pid = pid
        self._guardian = guardian
        self._control = control
        self._report = report
        self._status: int | None = None
        self._settling = threading.Lock()
        _children.add(self)

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where its output can be read, when it was started with `subprocess.PIPE`."""
        return self._guardian.stdout

    @property
    def stderr(self) -> IO[bytes] | None:
        return self._guardian.stderr

    def poll(self) -> int | None:
        """Its exit code, or the negated number of the signal that ended it; None while it runs."""
        return None if self._guardian.poll() is None else self._settle()

    def wait(self, timeout: float | None = None) -> int:
        """
        Wait for its end and return what `poll` does.

        Args:
            timeout: Seconds.

        Raises:
            subprocess.TimeoutExpired: It still runs.
        """
        self._guardian.wait(timeout)
        return self._settle()

    def terminate(self) -> None:
        """Ask it to end, with SIGTERM."""
        self._guardian.terminate()  # passed on

    def kill(self) -> int:
        """End it and all that it started, now; return what `poll` does."""
        if self._guardian.poll() is None:
            with contextlib.suppress(BrokenPipeError, ValueError):  # it has just ended, and another thread has noticed
                self._control.write(b"k")
        return self.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _settle(self) -> int:
        with self._settling:
            if self._status is None:
                self._status = self._read_status()
                for end in (self._control, self._report):
                    end.close()
        return self._status

    def _read_status(self) -> int:
        word, _, number = self._report.readline().partition(b" ")
        if word == b"status":
            return os.waitstatus_to_exitcode(int(number))
        # The guardian was killed. On Linux its child went with it; elsewhere this is the moment to see to it.
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        return self._guardian.returncode


_children: weakref.WeakSet[Child] = weakref.WeakSet()


def start(
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdout: Output = None,
    stderr: Output = None,
    pass_fds: Sequence[int] = (),
    grace: float = 0,
    parting: int = signal.SIGTERM,
    remove: Sequence[Path] = (),
) -> Child:
    """
    Start a command that ends when this process does. Its standard input is empty; the rest is as in `subprocess.Popen`.

    Args:
        grace: Seconds between `parting` and SIGKILL when this process is gone; 0 is SIGKILL at once.
        parting: The signal that asks it to end.
        remove: Files and folders to remove after it was ended because this process was, or by `kill`; they stay when it
            ends by itself, so that one can see why.

    Raises:
        OSError: The command cannot be run.
    """
    control_read, control_write = os.pipe()
    report_read, report_write = os.pipe()
    control = os.fdopen(control_write, "wb", buffering=0)
    report = os.fdopen(report_read, "rb", buffering=0)
    arguments = [report_write, grace, int(parting), len(remove), *(path.absolute() for path in remove), *command]
    try:
        guardian = subprocess.Popen(
            [
                sys.executable,
                "-I",
                "-S",
                GUARDIAN,
                *(os.fspath(a) if isinstance(a, os.PathLike) else str(a) for a in arguments),
            ],
            cwd=cwd,
            env=env,
            stdin=control_read,
            stdout=stdout,
            stderr=stderr,
            pass_fds=(report_write, *pass_fds),
            start_new_session=True,
        )
    except BaseException:
        control.close()
        report.close()
        raise
    finally:
        os.close(control_read)
        os.close(report_write)

    try:
        word, _, number = report.readline().partition(b" ")
    except BaseException:
        control.close()
        guardian.wait()
        report.close()
        raise
    if word == b"pid":
        return Child(guardian, control, report, int(number))
    control.close()
    report.close()
    guardian.wait()
    reason = int(number) if word == b"errno" else 0
    raise OSError(reason, os.strerror(reason) if reason else "its guardian could not start", os.fspath(command[0]))


def _let_go_after_fork() -> None:
    """A forked copy of us is not us: its copy of a pipe must not keep our children alive, nor its exit end them."""
    for child in _children:
        child._control.close()


os.register_at_fork(after_in_child=_let_go_after_fork)
