"""postgres's options: for a quick start in little memory, on this machine alone, and from its own folder alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from keyturn.local.servers.home import Home
    from keyturn.local.tls import Certificate

Value = str | int | bool
Options = Mapping[str, Value]
"""Names as in the manual; True and False are `on` and `off`."""

# Data survives the server's end at any moment, but not the machine's.
TUNED: Options = {
    "fsync": False,
    "full_page_writes": False,
    "jit": False,
    "log_timezone": "GMT",  # which needs no files
    "max_connections": 60,
    "shared_buffers": "16MB",
    "synchronous_commit": False,
    "timezone": "GMT",
}

# Unlike System V's or POSIX's, memory that is a file of the folder goes with it.
IN_THE_FOLDER: Options = {"dynamic_shared_memory_type": "mmap", "shared_memory_type": "mmap"}

ACCESS = """\
local   all,replication rdsadmin trust
local   all all           reject
hostssl all rdsadmin all  reject
hostssl all all      all  md5
"""
"""pg_hba.conf; the first line that fits decides. The administrator comes through the socket only, whose folder is open to us only.

`md5` takes SCRAM's verifiers by SCRAM and older ones by MD5, as RDS does unless `rds.accepted_password_auth_method` is `scram`: PostgreSQL
manual, "Password Authentication"; RDS guide, "Using SCRAM for PostgreSQL password encryption"; read 2026-11.
"""


def network(home: Home, certificate: Certificate, host: str) -> Options:
    """Verified TLS to this machine's own address, and a socket for the administrator. No option of the user's comes after these."""
    return {
        **IN_THE_FOLDER,
        "hba_file": str(access_file(home.folder)),
        "listen_addresses": host,
        "ssl": True,
        "ssl_cert_file": str(certificate.certificate_file),
        "ssl_key_file": str(certificate.key_file),
        "ssl_min_protocol_version": "TLSv1.2",
        "unix_socket_directories": str(home.sockets),
        "unix_socket_permissions": "0700",
    }


def access_file(folder: Path) -> Path:
    return folder / "pg_hba.conf"


def arguments(options: Options) -> list[str]:
    """
    >>> arguments({"fsync": False, "port": 5432})
    ['-c', 'fsync=off', '-c', 'port=5432']
    """
    return [word for name, value in options.items() for word in ("-c", f"{name}={_text(value)}")]


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
