"""
The process between us and a child: it runs one command, and ends it when its owner ends, however that ends.

    python -I -S guardian.py REPORT GRACE PARTING COUNT REMOVE... COMMAND...  <CONTROL

CONTROL, the standard input, is a pipe whose other end only the owner holds: its end of file is the owner's end. The byte `k`
asks for the command's end at once. REPORT is a descriptor that gets `pid N` or `errno N`, and in the end `status N` as from
wait(2). GRACE is how many seconds the command has after the signal PARTING once the owner is gone. The COUNT paths REMOVE are removed
when the guardian, not the command, has brought about the end. Signals are passed on to the command.

It is to start in milliseconds and to stay small: it imports nothing of keyturn and little of Python, so not pathlib.
"""

import contextlib
import os
import select
import signal
import sys
import time

CONTROL = 0
PASSED_ON = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
PR_SET_PDEATHSIG = 1  # prctl(2)


def main(report: int, grace: float, parting: int, remove: list[str], command: list[str]) -> None:
    os.set_inheritable(report, False)
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)  # so that the end of the command wakes us

    try:
        child = start(command)
    except OSError as error:
        os.write(report, b"errno %d\n" % (error.errno or 0))
        return
    for number in PASSED_ON:
        signal.signal(number, lambda number, _: signal_group(child, number))
    let_go_of_all_but(CONTROL, report, woken, wake)
    os.write(report, b"pid %d\n" % child)

    status = watch(child, woken, grace, parting, remove)
    signal_group(child, signal.SIGKILL)  # what the command left behind
    with contextlib.suppress(BrokenPipeError):  # the owner is gone
        os.write(report, b"status %d\n" % status)


def start(command: list[str]) -> int:
    """Run the command in a session of its own; return its process id, or raise why it cannot be run."""
    failed, fail = os.pipe()  # closed by a successful exec
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            die_with_the_guardian()
            for number in (signal.SIGPIPE, signal.SIGXFSZ):  # ignored by Python
                signal.signal(number, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), CONTROL)
            os.execvp(command[0], command)  # noqa: S606
        except OSError as error:
            os.write(fail, b"%d" % (error.errno or 0))
        finally:
            os._exit(127)
    os.close(fail)
    reason = os.read(failed, 16)
    os.close(failed)
    if reason:
        os.waitpid(child, 0)
        raise OSError(int(reason), "")
    return child


def die_with_the_guardian() -> None:
    """Exact on Linux, because the guardian has one thread. Elsewhere only the owner can notice that it was killed."""
    if sys.platform == "linux":
        with contextlib.suppress(ImportError):  # a Python without ctypes
            import ctypes

            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def watch(child: int, woken: int, grace: float, parting: int, remove: list[str]) -> int:
    """Wait for the command's end or the owner's, whichever is first; return the command's status."""
    while True:
        ready, _, _ = select.select([CONTROL, woken], [], [])
        if woken in ready:
            os.read(woken, 512)
            status = ended(child)
            if status is not None:
                return status
        if CONTROL in ready:
            at_once = os.read(CONTROL, 1) == b"k"
            status = end(child, woken, 0 if at_once else grace, parting)
            for path in remove:
                remove_tree(path)
            return status


def end(child: int, woken: int, grace: float, parting: int) -> int:
    signal_group(child, parting if grace else signal.SIGKILL)
    deadline = time.monotonic() + grace
    while (left := deadline - time.monotonic()) > 0:
        status = ended(child)
        if status is not None:
            return status
        if select.select([woken], [], [], left)[0]:
            os.read(woken, 512)
    signal_group(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def ended(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    return status if pid else None


def signal_group(child: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for a group of zombies
        os.killpg(child, number)


def let_go_of_all_but(*kept: int) -> None:
    """Only the command holds its output, its folder and the descriptors that it was given."""
    os.chdir("/")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 1)
    os.dup2(null, 2)
    for fd in [int(name) for name in os.listdir("/dev/fd")]:  # noqa: PTH208
        if fd > 2 and fd not in kept:
            with contextlib.suppress(OSError):  # the one that listed the folder
                os.close(fd)


def remove_tree(path: str) -> None:
    import shutil  # late: most children end without it

    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        shutil.rmtree(path, ignore_errors=True)


if __name__ == "__main__":
    count = int(sys.argv[4])
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[5 : 5 + count], sys.argv[5 + count :])
