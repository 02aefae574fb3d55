"""A server's folder: what is where in it, who may use it, and how it is left."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.local.servers import cache
from keyturn.local.servers.copying import copy
from keyturn.local.servers.trouble import FolderInUse, no_room
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keyturn.local.tls import Authority, Certificate

ROOM = 150 << 20  # bytes
LONGEST_SOCKET_PATH = 103  # bytes; sockaddr_un.sun_path has 104 on macOS and 108 on Linux, the closing zero included
PREDECESSOR_ENDS_WITHIN = 5  # seconds


class Home:
    """
    A folder that is ours until we leave it.

    Attributes:
        lock: A descriptor; whoever holds a copy of it holds the folder.
        sockets: Where the Unix socket is: in the folder, unless its path is too long for one.
    """

    def __init__(self, folder: Path, *, log: str, socket: str, temporary: bool) -> None:
        """
        Args:
            log, socket: What these files are called.
            temporary: The folder goes when the server does.

        Raises:
            Problem: It cannot be had.
        """
        self.folder = folder.absolute()
        self.data = self.folder / "data"
        self.log = self.folder / log
        self._socket = socket
        self.temporary = temporary
        self._made = not self.folder.exists()
        self._furnished = False
        self._left = False
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.folder.chmod(0o700)  # in it is a socket through which root logs in without a password
            self.lock = self._take()
            self.sockets = self._place_for_sockets()
        except BaseException as error:
            if self._made:
                shutil.rmtree(self.folder, ignore_errors=True)
            if isinstance(error, OSError):
                raise self._trouble(error) from None
            raise

    @property
    def socket(self) -> Path:
        return self.sockets / self._socket

    @property
    def to_remove(self) -> set[Path]:
        """What nobody needs once the server has ended."""
        return {self.folder, self.sockets} if self.temporary else {self.sockets} - {self.folder}

    def furnish(self, source: Path, authority: Authority, names: Sequence[str]) -> Certificate:
        """
        Put into the folder what a server needs: a certificate and, unless there is data already, a copy of `source`.

        Raises:
            Problem: It cannot be written.
        """
        try:
            (self.folder / "tmp").mkdir(exist_ok=True)
            if not self.data.exists():
                self._furnished = True
                if shutil.disk_usage(self.folder).free < ROOM:
                    raise no_room(self.folder)
                scratch = self.folder / "data.part"
                cache.remove(scratch)
                copy(source, scratch)
                scratch.rename(self.data)
            return authority.issue(self.folder, names)
        except OSError as error:
            raise self._trouble(error) from None

    def leave(self) -> None:
        """Give the folder up, and remove what nobody needs."""
        if self._left:
            return
        self._left = True
        os.close(self.lock)
        for path in self.to_remove:
            shutil.rmtree(path, ignore_errors=True)

    def abandon(self) -> None:
        """Leave it as it was found, because the server did not start."""
        os.close(self.lock)
        with contextlib.suppress(Problem, OSError):
            self.lock = self._take()  # when the server, which holds a copy, has gone
        self.leave()
        if self._made:
            shutil.rmtree(self.folder, ignore_errors=True)
        elif self._furnished:
            for name in ("data", "data.part", "tmp"):
                shutil.rmtree(self.folder / name, ignore_errors=True)

    def _take(self) -> int:
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        deadline = time.monotonic() + PREDECESSOR_ENDS_WITHIN
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > deadline:
                    os.close(lock)
                    raise FolderInUse(self.folder) from None
                time.sleep(0.05)
            else:
                return lock

    def _place_for_sockets(self) -> Path:
        if len(os.fsencode(self.folder / self._socket)) <= LONGEST_SOCKET_PATH:
            return self.folder
        return Path(tempfile.mkdtemp(prefix="keyturn-", dir="/tmp"))  # TMPDIR may be as long

    def _trouble(self, error: OSError) -> Problem:
        if error.errno == errno.ENOSPC or "No space left" in str(error):
            return no_room(self.folder)
        return Problem(f"cannot write {self.folder}: {cache.reason(error)}", hint="name a folder that can be written")
