"""
A server that follows another: a copy of its data, then what it writes, through its Unix socket.

So no user and no password are needed that anybody could see: the superuser comes through that socket only, whose folder is open to us only.

Source: PostgreSQL 18 manual, "Making a Base Backup Using the Low Level API", "Standby Server Operation"; read 2026-11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pg8000.native

from keyturn.local.postgresql.pristine import SUPERUSER
from keyturn.local.servers.copying import copy
from keyturn.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from keyturn.local.postgresql.options import Options
    from keyturn.local.postgresql.postgres import Version

SLOT = "reader"
ITS_OWN = ("postmaster.pid", "postmaster.opts")
EMPTIED = (
    "pg_wal",
    "pg_replslot",
    "pg_dynshmem",
    "pg_notify",
    "pg_serial",
    "pg_snapshots",
    "pg_stat_tmp",
    "pg_subtrans",
)
"""Folders whose contents a copy does not take over. Source: the manual's "Backing Up the Data Directory"."""


def options(sockets: Path, port: int) -> Options:
    """What the follower is started with."""
    host = str(sockets).replace("\\", r"\\").replace("'", r"\'")
    return {
        "primary_conninfo": f"host='{host}' port={port} user={SUPERUSER} sslmode=disable",
        "primary_slot_name": SLOT,
    }


def copy_data(superuser: pg8000.native.Connection, version: Version, source: Path, target: Path) -> None:
    """
    Copy the data of a running server, for one that will follow it.

    Args:
        superuser: Logged in on the running one.

    Raises:
        Problem: It cannot be.
    """
    start, stop = (
        ("SELECT pg_backup_start('reader', true)", "SELECT labelfile FROM pg_backup_stop(false)")
        if version.major >= 15
        else ("SELECT pg_start_backup('reader', true, false)", "SELECT labelfile FROM pg_stop_backup(false, false)")
    )

    def left_out(folder: str, names: Sequence[str]) -> set[str]:
        inside = str(source)
        if folder == inside:
            return {name for name in names if name in ITS_OWN}
        return set(names) if folder in {f"{inside}/{name}" for name in EMPTIED} else set()

    try:
        # What it writes from now on waits for the follower.
        superuser.run(f"SELECT pg_create_physical_replication_slot('{SLOT}', true)")
        superuser.run(start)
        copy(source, target, left_out)
        ((label,),) = superuser.run(stop)
        (target / "pg_wal" / "archive_status").mkdir()
        (target / "backup_label").write_text(label)
        (target / "standby.signal").touch()
    except pg8000.exceptions.DatabaseError as error:
        fields = error.args[0] if error.args and isinstance(error.args[0], dict) else {}
        raise Problem(f"the writer's data cannot be copied for its reader: {fields.get('M', 'unknown')}") from None
    except OSError as error:
        raise Problem(f"cannot write {target}: {(error.strerror or str(error)).lower()}") from None
