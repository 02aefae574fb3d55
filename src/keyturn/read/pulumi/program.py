"""
A user's Pulumi program, read by running it: in a process of its own, with a time limit, without credentials, without network.

That keeps accidents away, not malice: the program runs as the user, and may do with files and programs what the user may.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keyturn
from keyturn.graph import Graph
from keyturn.read.pulumi.marks import plain
from keyturn.read.pulumi.places import Sources
from keyturn.read.pulumi.plan import Plan
from keyturn.read.pulumi.project import Project, project
from keyturn.read.pulumi.providers import account as account_of
from keyturn.read.pulumi.providers import configured
from keyturn.read.pulumi.registration import Recording
from keyturn.read.world import Options, Unreadable, World

TIME_LIMIT = 60.0
"""Seconds that a program may take."""
LONGEST_MESSAGE = 300
"""Characters of an error of the program's."""

_OURS = Path(keyturn.__file__).resolve().parents[2]
_CHILD = "import sys; sys.path.append({root!r}); from keyturn.read.pulumi.child import main; sys.exit(main())"
_TELLING = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "PRIVATE", "API_KEY", "ACCESS_KEY")


def read(path: str | Path, options: Options, *, time_limit: float = TIME_LIMIT) -> Graph:
    """
    The planned world of a Pulumi program in Python.

    Args:
        path: A folder with `Pulumi.yaml`, that file, or the program.
        options: `parameters` are configuration, by `name` or `project:name`; `stack` names the stack.
        time_limit: Seconds.

    Raises:
        Unreadable: It may not be run, cannot be found, or fails; with the file and line in it.
    """
    path = str(path)
    found = project(Path(path), options.stack, options.parameters)
    if not (options.run_programs or _is_ours(found.main)):
        raise Unreadable(
            path,
            "it is a program, and to read it is to run it",
            hint="if you trust it, add --run; it runs without credentials and without network",
        )
    settings = configured(found.config)
    region, account = settings.get("region") or options.region, account_of(settings) or options.account
    root = found.root.resolve()
    request = {
        "main": str(found.main.resolve()),
        "root": str(root),
        "project": found.name,
        "stack": found.stack,
        "config": dict(found.config),
        "region": region,
        "account": account,
    }
    recording = _run(found, path, request, time_limit)
    plan = Plan(World(region, account, found.stack), Sources(root, found.root))
    plan.config(found.config)
    plan.replay(recording)
    return dataclasses.replace(plan.graph(recording, path), as_of=options.as_of)


def _is_ours(main: Path) -> bool:
    """Whether a program is part of this repository; an installed keyturn has none."""
    return (_OURS / "examples").is_dir() and main.resolve().is_relative_to(_OURS)


def _run(found: Project, path: str, request: Mapping[str, Any], time_limit: float) -> Recording:
    process = subprocess.Popen(
        [_python(found), "-c", _CHILD.format(root=str(Path(keyturn.__file__).resolve().parents[1]))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=found.folder,
        env=_environment(str(request["region"])),
        start_new_session=True,
    )
    try:
        out, err = process.communicate(json.dumps(request).encode(), timeout=time_limit)
    except subprocess.TimeoutExpired:
        raise Unreadable(path, f"the program is not done after {time_limit:g} seconds") from None
    finally:
        _end(process)
    try:
        answer = json.loads(out)
    except ValueError:
        raise Unreadable(path, _failure(process.returncode, err.decode(errors="replace"))) from None
    if "error" in answer:
        raise _unreadable(path, found, answer["error"])
    return Recording.from_json(answer["recording"])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()


def _python(found: Project) -> str:
    """The program's own Python if it has an environment with Pulumi in it, else this one."""
    if found.virtualenv is not None:
        own = found.virtualenv / "bin" / "python"
        if own.is_file() and any(found.virtualenv.glob("lib/python3.*/site-packages/pulumi")):
            return str(own.absolute())  # The program runs in its own folder.
    return sys.executable


def _environment(region: str) -> dict[str, str]:
    """The user's environment without what opens doors."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_")) and not any(word in name.upper() for word in _TELLING)
    }
    return kept | {
        "AWS_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _failure(code: int, err: str) -> str:
    last = next((line.strip() for line in reversed(err.splitlines()) if line.strip()), "")
    if "No module named 'pulumi'" in last:
        return "reading it needs Pulumi's SDK: pip install 'keyturn[stack]'"
    return f"the program ended with {code} before it was read" + (f": {last}" if last else "")


def _unreadable(path: str, found: Project, error: Mapping[str, Any]) -> Unreadable:
    lines = [line.strip() for line in plain(str(error["message"])).splitlines() if line.strip()]
    text = "; ".join(lines)[:LONGEST_MESSAGE]
    kind = error.get("type", "")
    because = f"{kind}: {text}" if kind and text else text or kind
    hint = ""
    if kind == "ConfigMissingError":
        hint = f"give it in Pulumi.{found.stack}.yaml, or with --param NAME=VALUE"
    file = path
    if "file" in error:
        file = str(found.root / Path(error["file"]).relative_to(found.root.resolve()))
        because = f"line {error['line']}: {because}" if error["line"] else because
    return Unreadable(file, because, hint=hint)
