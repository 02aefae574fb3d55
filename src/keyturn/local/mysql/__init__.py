"""
A real MySQL server on this machine.

    with Server.start(folder, authority=Authority.open(folder / "tls"), temporary=True) as server:
        server.execute("CREATE USER …")

`binary` tells which server program that is; on Debian and Ubuntu it is fetched when there is none.
"""

from keyturn.local.mysql.finder import binary
from keyturn.local.mysql.mysqld import Binary, Version
from keyturn.local.mysql.options import Options
from keyturn.local.mysql.server import Server
from keyturn.local.servers.credentials import Credentials
from keyturn.local.servers.progress import Progress
from keyturn.local.servers.trouble import FolderInUse, PortTaken, Unsuitable

__all__ = [
    "Binary",
    "Credentials",
    "FolderInUse",
    "Options",
    "PortTaken",
    "Progress",
    "Server",
    "Unsuitable",
    "Version",
    "binary",
]
