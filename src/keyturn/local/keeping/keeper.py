"""Writes the state down every few seconds, as long as something happens, and at the end; reads it again."""

from __future__ import annotations

import fcntl
import logging
import os
import pickle
import platform
import shutil
import stat
import tempfile
import threading
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from keyturn.local.keeping import backends
from keyturn.local.keeping.pickling import Name, dumps, loads
from keyturn.problem import Problem

FILE, LOCK = "state", "lock"
EVERY = 5.0
"""Seconds between two writings; so much may be lost when the process is killed."""
FORMAT = 4
SEAL = sha256().digest_size
"""Bytes in front of the state that are the hash of the rest: damage is seen before anything is made of it."""
FOLDERS = ("databases", "lambda", "tls")
"""What a cloud has beside it; other things in the folder are not ours."""

_log = logging.getLogger(__name__)


class Keeper:
    """Keeps one cloud's state in a folder, which is its own while it runs."""

    def __init__(self, folder: Path) -> None:
        """
        Raises:
            Problem: Another cloud has the folder, or it cannot be used.
        """
        self._folder = folder
        self._lock = _locked(folder)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._save: Callable[[], None] = lambda: None

    def read(self) -> dict[str, Any] | None:
        """
        What was written last; None when there is nothing.

        Raises:
            Problem: It is not ours to read, or was written by something else.
        """
        path = self._folder / FILE
        try:
            with path.open("rb") as file:
                _must_be_ours(file, path)
                seal, content = file.read(SEAL), file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unusable(path, f"cannot be read: {(error.strerror or str(error)).lower()}") from None
        if sha256(content).digest() != seal:
            raise _unusable(path, "is damaged")
        state: dict[str, Any] = pickle.loads(content)  # noqa: S301 - as we have written it
        if state.get("written by") != _writer():
            raise _unusable(path, f"was written by {state.get('written by')}, and this is {_writer()}")
        return state

    def restore(self, state: dict[str, Any]) -> Any:
        """Give moto its backends back; what else was kept is the result."""
        names: list[Name] = list(state["backends"])
        made = {name: backends.blank(name) for name in names}
        for name, backend in made.items():
            backends.put(name, backend)

        def named(name: Name) -> Any:
            return made[name]

        for name, backend in made.items():
            vars(backend).update(loads(state["backends"][name], named))
            backends.settle(name, backend)
        return loads(state["parts"], named)

    def start(self, account: str, parts: Callable[[], Any], changes: Callable[[], int]) -> None:
        """
        Write from now on.

        Args:
            parts: Gives what is to be kept beside moto's state.
            changes: Counts what happens; nothing is written while it stays.
        """
        self._save = lambda: self._write(account, parts())

        def run() -> None:
            written = changes()
            while not self._stop.wait(EVERY):
                if (now := changes()) != written and self._attempt():
                    written = now

        self._thread = threading.Thread(target=run, name="keyturn-keeper", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Write a last time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._attempt()

    def close(self) -> None:
        """Let go of the folder."""
        self._lock.close()

    def _attempt(self) -> bool:
        """Write; what changes meanwhile is a reason to try again later."""
        try:
            self._save()
        except RuntimeError:  # a dictionary changed while it was read
            return False
        except OSError as error:
            _log.warning("the state cannot be written: %s", error.strerror)
            return False
        return True

    def _write(self, account: str, parts: Any) -> None:
        there = dict(backends.of_account(account))
        names = {id(backend): name for name, backend in there.items()}

        def name_of(obj: Any) -> Name | None:
            return names.get(id(obj))

        written: dict[Name, bytes] = {}
        for name, backend in there.items():
            try:
                written[name] = dumps(vars(backend), name_of)
            except RuntimeError:
                raise
            except Exception as error:  # noqa: BLE001 - one service that cannot be kept must not cost the others
                _log.warning("what %s holds is not kept: %s", name[0], error)
        state = {"written by": _writer(), "account": account, "backends": written, "parts": dumps(parts, name_of)}
        descriptor, partial = tempfile.mkstemp(dir=self._folder, prefix=f".{FILE}-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                content = pickle.dumps(state, protocol=5)
                file.write(sha256(content).digest())
                file.write(content)
            Path(partial).replace(self._folder / FILE)
        except BaseException:
            Path(partial).unlink()
            raise


def forget(folder: Path) -> None:
    """
    Remove what was kept in a folder.

    Raises:
        Problem: A cloud has the folder.
    """
    with _locked(folder):
        for child in folder.iterdir():
            if child.name in (FILE, *FOLDERS):
                shutil.rmtree(child) if child.is_dir() else child.unlink()


def _writer() -> str:
    """State is read by what wrote it: Python's minor version and moto's say what the bytes mean."""
    return f"format {FORMAT}, Python {platform.python_version_tuple()[1]}, moto {version('moto')}"


def _locked(folder: Path) -> IO[str]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (folder / LOCK).open("w")
    except OSError as error:
        raise Problem(f"{folder} cannot be written: {(error.strerror or str(error)).lower()}") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise Problem(f"{folder} is in use by another local AWS", hint="stop it, or give another --state") from None
    return lock


def _must_be_ours(file: IO[bytes], path: Path) -> None:
    """Reading state runs what is in it, so nobody else may have written it."""
    told = os.fstat(file.fileno())
    if told.st_uid != os.geteuid() or told.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _unusable(path, "can be written by others")


def _unusable(path: Path, because: str) -> Problem:
    return Problem(f"{path} {because}", hint="--fresh starts without it")
