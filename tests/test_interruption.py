"""Ctrl-C and SIGTERM end a command wherever they come, and what it cleans up then is cleaned up whole."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from keyturn.cli.interruption import heeded

PROGRAM = """
import os, signal, sys, time
from keyturn.cli.interruption import heard, heeded

class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.{signal})

with heeded(for_good=True):
    try:
        Deaf()  # its finalizer lets nothing out
        try:
            time.sleep(60)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1.2)  # longer than it takes to be raised again
            print("cleaned up")
    except KeyboardInterrupt:
        heard()
        os.kill(os.getpid(), signal.SIGTERM)
        print("arrived")
os.kill(os.getpid(), signal.SIGINT)
print("ended")
"""


@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_one_that_python_swallows_comes_again_and_cleaning_up_is_not_disturbed(number: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{signal}", number)], capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split("\n") == ["cleaned up", "arrived", "ended", ""]


def test_a_shells_background_job_is_not_interrupted() -> None:
    """It has SIGINT ignored from the start, as with `nohup`."""
    program = """
import os, signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from keyturn.cli.interruption import heeded
with heeded(for_good=True):
    os.kill(os.getpid(), signal.SIGINT)
print("went on")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == ("went on\n", "")


def test_one_that_comes_while_a_text_is_executed_leaves_the_exit_code_as_it_is(tmp_path: Path) -> None:
    """Dataclasses and named tuples are made so: it may come while a module is imported."""
    (tmp_path / "ended.py").write_text("""
import os, signal, sys
from keyturn.cli.interruption import heard, heeded
with heeded(for_good=True):
    try:
        exec("os.kill(os.getpid(), signal.SIGINT)")
    except KeyboardInterrupt:
        heard()
sys.exit(130)
""")
    done = subprocess.run([sys.executable, "-m", "ended"], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_workers_end_is_silent() -> None:
    """A terminal's Ctrl-C reaches the processes of `--jobs`, too."""
    program = """
import os, signal
from keyturn.cli.interruption import heeded
with heeded(for_good=True):
    worker = os.fork()
    if worker == 0:
        os.kill(os.getpid(), signal.SIGINT)
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert (done.stdout, done.stderr) == (f"{-signal.SIGINT}\n", "")


def test_afterwards_signals_are_as_they_were() -> None:
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)
    before = [signal.getsignal(each) for each in numbers]
    with heeded(for_good=False):
        assert signal.getsignal(signal.SIGTERM) != before[1]
    assert [signal.getsignal(each) for each in numbers] == before


def test_in_another_thread_there_is_nothing_to_heed() -> None:
    ended: list[bool] = []

    def run() -> None:
        with heeded(for_good=False):
            ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert ended == [True]
