"""A guarded child ends with its owner, however that ends."""

from __future__ import annotations

import gc
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from keyturn.local import guard
from processes import eventually, kill, read_line, running, start_owner

FOREVER = ["sleep", "1000"]

OWNER = """
import subprocess, sys, time
from pathlib import Path
from keyturn.local import guard
child = guard.start({command}, **{options})
print(child.pid, flush=True)
{then}
"""


@pytest.fixture
def owner() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts processes that guard a child, print its process id and then do something."""
    started: list[subprocess.Popen[str]] = []

    def start(
        *, command: list[str] = FOREVER, options: str = "{}", then: str = "time.sleep(1000)"
    ) -> subprocess.Popen[str]:
        started.append(start_owner(OWNER.format(command=command, options=options, then=then)))
        return started[-1]

    yield start
    for process in started:
        kill(process)


class TestTheOwnerEnds:
    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSEGV, signal.SIGHUP])
    def test_by_a_signal(self, owner, number):
        process = owner()
        child = int(read_line(process))
        process.send_signal(number)
        process.communicate()
        assert eventually(lambda: not running(child))

    @pytest.mark.parametrize("then", ["sys.exit(0)", "raise RuntimeError", "__import__('os')._exit(3)", "pass"])
    def test_by_itself(self, owner, then):
        process = owner(then=then)
        child = int(read_line(process))
        process.communicate()
        assert eventually(lambda: not running(child))

    def test_and_the_children_of_the_child_end_too(self, owner, tmp_path):
        family = ["sh", "-c", f"sleep 1000 & echo $! > {tmp_path}/pid; wait"]
        process = owner(command=family)
        child = int(read_line(process))
        assert eventually(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text().strip())
        grandchild = int((tmp_path / "pid").read_text())
        kill(process)
        assert eventually(lambda: not running(child) and not running(grandchild))

    def test_and_what_it_asked_for_is_removed(self, owner, tmp_path):
        (tmp_path / "folder" / "in it").mkdir(parents=True)
        (tmp_path / "file").touch()
        (tmp_path / "other").touch()
        (tmp_path / "folder" / "link").symlink_to(tmp_path / "other")
        process = owner(options=f"dict(remove=[Path({str(tmp_path / 'folder')!r}), Path({str(tmp_path / 'file')!r})])")
        read_line(process)
        kill(process)
        assert eventually(lambda: [path.name for path in tmp_path.iterdir()] == ["other"])

    def test_and_a_child_with_grace_ends_in_its_own_way(self, owner, tmp_path):
        careful = [
            "sh",
            "-c",
            f"trap 'echo saved > {tmp_path}/state; exit' TERM; touch {tmp_path}/ready; while :; do sleep 0.05; done",
        ]
        process = owner(command=careful, options="dict(grace=30, stderr=subprocess.DEVNULL)")
        child = int(read_line(process))
        assert eventually((tmp_path / "ready").exists)
        kill(process)
        assert eventually(lambda: not running(child))
        assert (tmp_path / "state").read_text() == "saved\n"

    def test_and_a_child_that_wastes_its_grace_is_killed(self, owner, tmp_path):
        stubborn = ["sh", "-c", f"trap '' TERM; touch {tmp_path}/ready; while :; do sleep 0.05; done"]
        process = owner(command=stubborn, options="dict(grace=0.2)")
        child = int(read_line(process))
        assert eventually((tmp_path / "ready").exists)
        kill(process)
        assert eventually(lambda: not running(child))

    def test_and_a_fork_of_it_keeps_no_child_alive(self, owner):
        process = owner(then="import os, signal\nif not os.fork(): signal.alarm(60)\ntime.sleep(1000)")
        child = int(read_line(process))
        process.kill()
        process.wait()
        assert eventually(lambda: not running(child))

    def test_and_its_pipelines_end_with_it(self, owner):
        """A child that inherits our output would keep `keyturn | tee` open; with the owner gone there is no one left to write."""
        process = owner()
        read_line(process)
        process.kill()
        assert process.communicate(timeout=20) == ("", "")


class TestTheOwnerGoesOn:
    def test_and_so_does_the_child_when_the_thread_that_started_it_ends(self):
        children: list[guard.Child] = []
        thread = threading.Thread(target=lambda: children.append(guard.start(FOREVER)))
        thread.start()
        thread.join()
        gc.collect()
        with children[0] as child:
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.2)
            assert child.poll() is None

    def test_and_so_does_the_child_when_a_fork_ends(self):
        with guard.start(FOREVER) as child:
            pid = subprocess_fork_that_exits()
            os.waitpid(pid, 0)
            with pytest.raises(subprocess.TimeoutExpired):
                child.wait(0.2)

    def test_and_the_block_ends(self):
        with guard.start(FOREVER) as child:
            assert running(child.pid)
        assert not running(child.pid)
        assert child.poll() == -signal.SIGKILL

    def test_ctrl_c_in_the_terminal_does_not_reach_the_child(self):
        with guard.start(FOREVER) as child:
            assert os.getsid(child.pid) == child.pid != os.getsid(0)


def subprocess_fork_that_exits() -> int:
    if pid := os.fork():
        return pid
    gc.collect()
    os._exit(0)


class TestTheChildEnds:
    def test_its_exit_code_is_told(self):
        child = guard.start(["sh", "-c", "exit 7"])
        assert (child.wait(), child.poll()) == (7, 7)

    @pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
    def test_the_signal_that_ended_it_is_told(self, number):
        child = guard.start(FOREVER)
        os.kill(child.pid, number)
        assert child.wait() == -number

    def test_an_exit_code_above_128_is_not_taken_for_a_signal(self):
        assert guard.start(["sh", "-c", "exit 137"]).wait() == 137

    def test_it_can_be_asked_to(self):
        child = guard.start(FOREVER)
        child.terminate()
        assert child.wait() == -signal.SIGTERM

    def test_killing_it_twice_does_no_harm(self):
        child = guard.start(FOREVER)
        assert child.kill() == child.kill() == -signal.SIGKILL

    def test_what_it_started_ends_with_it(self, tmp_path):
        child = guard.start(["sh", "-c", f"sleep 1000 & echo $! > {tmp_path}/pid"])
        assert child.wait() == 0
        assert eventually(lambda: not running(int((tmp_path / "pid").read_text())))

    def test_of_its_own_accord_its_files_stay_to_be_looked_at(self, tmp_path):
        (tmp_path / "log").touch()
        assert guard.start(["false"], remove=[tmp_path / "log"]).wait() == 1
        assert (tmp_path / "log").exists()

    def test_killed_its_files_are_gone_at_once(self, tmp_path):
        (tmp_path / "folder").mkdir()
        guard.start(FOREVER, remove=[tmp_path / "folder"]).kill()
        assert not (tmp_path / "folder").exists()

    @pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing tells a child of its parent's end")
    def test_with_its_guardian(self):
        child = guard.start(FOREVER)
        os.kill(os.getsid(child.pid) and parent_of(child.pid), signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        assert eventually(lambda: not running(child.pid))


def parent_of(pid: int) -> int:
    return int(subprocess.run(["ps", "-o", "ppid=", "-p", str(pid)], capture_output=True, text=True, check=True).stdout)


class TestTheChildGets:
    def test_the_output_that_it_was_given(self):
        child = guard.start(["sh", "-c", "echo out; echo err >&2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert child.stdout
        assert child.stderr
        with child.stdout, child.stderr:
            assert (child.stdout.read(), child.stderr.read()) == (b"out\n", b"err\n")
        assert child.wait() == 0

    def test_an_empty_input(self):
        assert guard.start(["sh", "-c", 'test -z "$(cat)"']).wait() == 0

    def test_the_folder_and_the_environment_that_it_was_given(self, tmp_path):
        command = ["sh", "-c", "pwd -P; echo $COLOUR; echo ${HOME-none}"]
        child = guard.start(command, cwd=tmp_path, env={"COLOUR": "blue"}, stdout=subprocess.PIPE)
        assert child.stdout
        with child.stdout:
            assert child.stdout.read().decode().split() == [str(tmp_path.resolve()), "blue", "none"]
        assert child.wait() == 0

    @pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="lists the descriptors in /proc")
    def test_no_descriptor_but_those_that_it_was_given(self):
        given, other = os.pipe()
        with guard.start(["ls", "/proc/self/fd"], stdout=subprocess.PIPE, pass_fds=[given]) as child:
            assert child.stdout
            with child.stdout:
                listed = child.stdout.read().decode().split()
        os.close(given)
        os.close(other)
        assert {*listed} - {str(given)} == {"0", "1", "2", listed[-1]}  # the last is the listed folder itself

    def test_signals_as_they_are_by_default(self):
        """Python ignores SIGPIPE; `yes | head` must end nevertheless."""
        assert guard.start(["sh", "-c", "kill -s PIPE $$; exit 0"]).wait() == -signal.SIGPIPE


class TestACommandThatCannotBeRun:
    @pytest.mark.parametrize(
        ("command", "error"),
        [("/nonexistent/program", FileNotFoundError), ("/", PermissionError)],
        ids=["missing", "a folder"],
    )
    def test_raises_as_subprocess_does(self, command, error):
        with pytest.raises(error, match=re.escape(command)):
            guard.start([command])

    def test_leaves_no_descriptor(self):
        before = len([*Path("/dev/fd").iterdir()])
        for _ in range(3):
            with pytest.raises(OSError, match="nonexistent"):
                guard.start(["/nonexistent"])
        guard.start(["true"]).wait()
        gc.collect()
        assert len([*Path("/dev/fd").iterdir()]) == before


def test_the_guardian_imports_nothing_of_ours_and_little_of_python():
    program = f"""
import runpy, sys
try: runpy.run_path({str(guard.GUARDIAN)!r}, run_name="guardian")
finally: print(sorted(name for name in sys.modules if name.partition(".")[0] in ("keyturn", "boto3", "subprocess", "pathlib", "asyncio")))
"""
    result = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
