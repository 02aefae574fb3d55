"""A data folder as a new server has it: made once for each server program, which takes a second, then copied."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from keyturn.local import guard
from keyturn.local.postgresql import unprivileged
from keyturn.local.postgresql.trouble import explain
from keyturn.local.servers import cache
from keyturn.local.servers.copying import copy

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.postgresql.postgres import Programs
    from keyturn.local.servers.progress import Progress

SUPERUSER = "rdsadmin"  # as on RDS


def folder(programs: Programs, progress: Progress) -> Path:
    """
    The pristine data folder for these programs, in the user's cache. It holds one user: rdsadmin, without a password.

    Raises:
        Problem: They cannot make one, or the cache cannot be written.
    """

    def make(scratch: Path) -> None:
        progress(f"preparing PostgreSQL {programs.version}")
        _initialise(programs, scratch)

    def waiting() -> None:
        progress(f"waiting for another keyturn that is preparing PostgreSQL {programs.version}")

    target = cache.folder() / "postgresql" / f"data-{programs.fingerprint}"
    return cache.once(target, make, waiting=waiting) / "data"


def _initialise(programs: Programs, scratch: Path) -> None:
    written, log = scratch / "written", scratch / "initdb.log"
    written.mkdir(parents=True)
    scratch.chmod(0o700)
    unprivileged.hand_over(written)
    options = [f"--username={SUPERUSER}", "--encoding=UTF8", "--no-locale", "--no-sync", "--wal-segsize=1"]
    with (
        log.open("wb") as output,
        guard.start(
            [*unprivileged.command(), programs.initdb, f"--pgdata={written}", *options],
            env=programs.environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        ) as initdb,
    ):
        failed = initdb.wait() != 0
    if failed:
        raise explain(log, scratch, programs)
    copy(written, scratch / "data")  # without the zeros
    shutil.rmtree(written)
