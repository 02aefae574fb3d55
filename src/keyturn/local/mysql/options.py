"""mysqld's options: for a quick start in little memory, on this machine alone, and from its own folder alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Value = str | int | bool
Options = Mapping[str, Value]
"""Names as in the manual, with underscores; True and False are `--name` and `--skip-name`."""

# Half the time to start and a third of the memory. Data survives the server's end at any moment, but not the machine's.
TUNED: Options = {
    "innodb_buffer_pool_dump_at_shutdown": False,
    "innodb_buffer_pool_load_at_startup": False,
    "innodb_buffer_pool_size": "32M",
    "innodb_doublewrite": "OFF",
    "innodb_flush_log_at_trx_commit": 2,
    "innodb_log_buffer_size": "1M",
    "log_bin": False,
    "loose_innodb_redo_log_capacity": "8M",  # since 8.0.30
    "performance_schema": False,
    "sync_binlog": 0,
    "table_open_cache": 200,
}

# With our certificate for the server, none of these keys is ever used.
WITHOUT_KEYS: Options = {
    "loose_auto_generate_certs": "OFF",
    "loose_caching_sha2_password_auto_generate_rsa_keys": "OFF",
    "loose_sha256_password_auto_generate_rsa_keys": "OFF",
}


def private(folder: Path, data: Path) -> Options:
    """What keeps a server inside its folder and, where we are root, lets it run: there is no one else to be here."""
    temporary = folder / "tmp"
    options: dict[str, Value] = {
        "datadir": str(data),
        "general_log_file": str(folder / "general.log"),
        "slow_query_log_file": str(folder / "slow.log"),
        "tmpdir": str(temporary),
        "secure_file_priv": "NULL",  # no LOAD DATA, no SELECT INTO OUTFILE
    }
    if os.geteuid() == 0:
        options["user"] = "root"
    return options


def arguments(options: Options) -> list[str]:
    """
    >>> arguments({"log_bin": False, "general_log": True, "port": 3306})
    ['--skip-log-bin', '--general-log', '--port=3306']
    """
    return [_argument(name.replace("_", "-"), value) for name, value in options.items()]


def _argument(name: str, value: Value) -> str:
    if isinstance(value, bool):
        return f"--{name}" if value else f"--skip-{name}"
    return f"--{name}={value}"
