"""
One execution environment: a process that runs a function's code, one invocation at a time.

Source: Lambda developer guide, "Lambda execution environment lifecycle", "Defined runtime environment variables".
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from keyturn.local import guard
from keyturn.local.functions import code
from keyturn.local.functions.function import Function
from keyturn.local.functions.runtime_api import Event, Outcome, RuntimeApi

GATE = Path(__file__).with_name("gate.py")

INIT_SECONDS = 10
"""The code has so long to be imported, beside the function's own timeout."""


@dataclass(frozen=True, slots=True)
class Run:
    """
    One invocation, when it is over.

    Attributes:
        lines: What the process wrote meanwhile.
        initialised: Seconds that the process took to start; None when it ran before.
        memory: The most that the process has used so far, in MB; 0 where that cannot be told.
        exhausted: Whether the environment is of no more use.
    """

    payload: bytes
    failed: bool
    lines: tuple[str, ...]
    seconds: float
    initialised: float | None
    exhausted: bool
    memory: int = 0
    note: str = ""
    """Lambda's own line about an invocation that it ended."""


class Environment:
    """A process and what it needs; it ends with us."""

    def __init__(
        self, function: Function, folder: Path, variables: Mapping[str, str], reaches: Callable[[str, int], bool]
    ) -> None:
        """
        Args:
            reaches: Whether it gets a connection to a host and port.
            folder: Where code is unpacked, and temporary files are.
            variables: What the environment has beside the function's own variables: credentials, the endpoint.

        Raises:
            zipfile.BadZipFile: The code is no zip file.
        """
        self.function = function
        self.stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[{function.version}]{uuid.uuid4().hex}"
        self._woken, self._wake = os.pipe()
        self._outcome: Outcome | None = None
        self._ready = False
        self._ended = False
        self._started: float | None = time.perf_counter()
        self._rest = b""
        task = code.unpacked(folder / "code", function.code)
        layers = [code.unpacked(folder / "code", layer) / "python" for layer in function.layers]
        self._temporary = folder / "tmp" / uuid.uuid4().hex
        self._temporary.mkdir(parents=True)
        self._api = RuntimeApi(self._told, reaches)
        paths = [*map(str, layers), str(code.runtime(folder))]
        output, written = os.pipe()
        try:
            self._process = guard.start(
                [sys.executable, "-s", "-S", "-P", GATE, function.handler],
                cwd=task,
                env={**_variables(function, self.stream, task, self._temporary, paths, self._api.address), **variables},
                stdout=written,
                stderr=subprocess.STDOUT,
                remove=(self._temporary,),
            )
        except BaseException:
            self._api.stop()
            for end in (output, self._woken, self._wake):
                os.close(end)
            raise
        finally:
            os.close(written)
        self._output = output
        os.set_blocking(output, False)

    def invoke(self, payload: bytes, request_id: str) -> Run:
        """Run the function once, and wait for its end or its timeout."""
        lines: list[str] = []
        initialised = self._initialise(lines)
        begun = time.perf_counter()
        if self._ready:
            self._outcome = None
            deadline = time.time() + self.function.timeout
            self._api.give(Event(request_id, payload, self.function.arn, int(deadline * 1000)))
            self._collect(lines, deadline, lambda: self._outcome is not None)
        return self._run(request_id, lines, time.perf_counter() - begun, initialised)

    def _initialise(self, lines: list[str]) -> float | None:
        """Wait, the first time, until the code is imported; give the seconds that it took."""
        if self._started is None:
            return None
        deadline = time.time() + INIT_SECONDS + self.function.timeout
        self._collect(lines, deadline, lambda: self._ready or self._outcome is not None)
        started, self._started = self._started, None
        return time.perf_counter() - started

    def _run(self, request_id: str, lines: list[str], seconds: float, initialised: float | None) -> Run:
        outcome, at_start = self._outcome, not self._ready
        if outcome is not None:
            memory = _memory(self._process.pid)
            return Run(outcome.payload, outcome.failed, tuple(lines), seconds, initialised, at_start, memory)
        status = self._process.poll()
        if status is None:
            told = f"Task timed out after {self.function.timeout:.2f} seconds"
            error, note = "Sandbox.Timedout", f"{_now()} {request_id} {told}"
            text = f"RequestId: {request_id} Error: {told}"
        else:
            how = f"exit status {status}" if status >= 0 else f"signal: {signal.Signals(-status).name}"
            error, text = "Runtime.ExitError", f"RequestId: {request_id} Error: Runtime exited with error: {how}"
            note = f"{text}\nRuntime.ExitError"
        body = json.dumps({"errorType": error, "errorMessage": text}).encode()
        return Run(body, True, tuple(lines), seconds, initialised, exhausted=True, note=note)

    def interrupt(self) -> None:
        """End the process while another thread waits for its invocation, which then fails."""
        self._process.kill()

    def stop(self) -> None:
        """End the process, and remove what it left."""
        self._process.kill()
        self._api.stop()
        for end in (self._woken, self._wake, self._output):
            os.close(end)
        shutil.rmtree(self._temporary, ignore_errors=True)

    def _told(self, outcome: Outcome | None) -> None:
        if outcome is None:
            self._ready = True
        else:
            self._outcome = outcome
        os.write(self._wake, b".")

    def _collect(self, lines: list[str], deadline: float, enough: Callable[[], bool]) -> None:
        """Collect what the process writes until there is enough of it, it ends, or its time is over."""
        while not enough() and not self._ended and (left := deadline - time.time()) > 0:
            ready, _, _ = select.select([self._output, self._woken], [], [], left)
            if self._woken in ready:
                os.read(self._woken, 1)
            if self._output in ready:
                self._read(lines)
        while not self._ended and self._read(lines):
            pass
        if self._rest:
            lines.append(_line(self._rest))
            self._rest = b""

    def _read(self, lines: list[str]) -> bool:
        """Read what is there; whether there was anything."""
        try:
            chunk = os.read(self._output, 65_536)
        except BlockingIOError:
            return False
        if not chunk:
            self._ended = True
            self._process.wait()
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        lines.extend(_line(each) for each in whole)
        return bool(chunk)


def _variables(
    function: Function, stream: str, task: Path, temporary: Path, paths: list[str], api: str
) -> dict[str, str]:
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "TMPDIR": str(temporary),
        "PYTHONPATH": os.pathsep.join(paths),
        **function.variables,
        "_HANDLER": function.handler,
        "LAMBDA_TASK_ROOT": str(task),
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_RUNTIME_API": api,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
    }


def _line(text: bytes) -> str:
    """The runtime client separates the lines of one message with carriage returns."""
    return text.decode("utf-8", "replace").replace("\r", "\n")


def _memory(pid: int) -> int:
    """The most memory that a process has used, in MB; 0 where the system does not tell."""
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) // 1024
    return 0


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
