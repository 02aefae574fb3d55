"""
A real MariaDB server on this machine. It is a MySQL that went its own way: what is not here is as in `keyturn.local.mysql`.

    with Server.start(folder, authority=Authority.open(folder / "tls"), temporary=True) as server:
        server.execute("CREATE USER …")
"""

from keyturn.local.mariadb.finder import binary
from keyturn.local.mariadb.server import Server

__all__ = ["Server", "binary"]
