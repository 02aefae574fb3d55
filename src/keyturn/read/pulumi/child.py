"""
Runs a user's program, in a process of its own: `python -m keyturn.read.pulumi.child`.

The request comes on standard input and the recording goes out where standard output was; what the program prints goes to standard error.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

_CALLS_OUT = frozenset(
    {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto", "socket.sendmsg"}
)


_MEMORY = 4 << 30
"""Bytes of address space that a program may take."""


def main() -> int:
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY if most == resource.RLIM_INFINITY else min(_MEMORY, most), most))
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    with answer:
        json.dump(_run(request), answer)
    return 0


def _run(request: dict[str, Any]) -> dict[str, Any]:
    from keyturn.read.pulumi.monitor import Setting, run
    from keyturn.read.pulumi.places import Sources
    from keyturn.read.pulumi.plan import Plan
    from keyturn.read.pulumi.sparing import sparing
    from keyturn.read.world import World

    sparing()
    root = Path(request["root"])
    plan = Plan(World(request["region"], request["account"], request["stack"]), Sources(root, root))
    config = plan.config(request["config"])
    main = request["main"]
    sys.argv = [main]
    sys.path.insert(0, str(Path(main).parent))
    sys.addaudithook(_no_network)

    def program() -> None:
        runpy.run_path(main, run_name="__main__")

    try:
        recording = run(program, Setting(request["project"], request["stack"], config=config), plan)
    except SystemExit as stop:
        return {"error": {"message": f"the program ends itself with {stop.code!r}", **_where(stop, root)}}
    except BaseException as error:  # noqa: BLE001 (whatever a program raises is an answer)
        message = error.msg if isinstance(error, SyntaxError) else str(error)
        return {"error": {"type": type(error).__name__, "message": message, **_where(error, root)}}
    return {"recording": recording.as_json()}


def _where(error: BaseException, root: Path) -> dict[str, Any]:
    """The innermost line of the user's files that an error went through; where it has none, its cause's."""
    for each in _chain(error):
        if isinstance(each, SyntaxError) and each.filename and Path(each.filename).is_relative_to(root):
            return {"file": each.filename, "line": each.lineno or 0}
        frames = [frame for frame in traceback.extract_tb(each.__traceback__) if _is_own(frame.filename, root)]
        if frames:
            return {"file": os.path.normpath(frames[-1].filename), "line": frames[-1].lineno or 0}
    return {}


def _chain(error: BaseException) -> list[BaseException]:
    chain: list[BaseException] = []
    ahead: BaseException | None = error
    while ahead is not None and not any(ahead is each for each in chain):
        chain.append(ahead)
        ahead = ahead.__cause__ or ahead.__context__
    return chain


def _is_own(file: str, root: Path) -> bool:
    path = Path(os.path.normpath(file))
    return path.is_relative_to(root) and "site-packages" not in path.parts


def _no_network(event: str, _: tuple[object, ...]) -> None:
    if event in _CALLS_OUT:
        _refuse()


def _refuse() -> NoReturn:
    raise PermissionError("a program that is only read has no network")


if __name__ == "__main__":
    sys.exit(main())
