"""
A real PostgreSQL server on this machine.

    with Server.start(folder, authority=Authority.open(folder / "tls"), temporary=True) as server:
        server.execute("CREATE ROLE …")

`programs` tells which server programs these are; on Debian and Ubuntu they are fetched when there are none.
"""

from keyturn.local.postgresql.finder import programs
from keyturn.local.postgresql.options import Options
from keyturn.local.postgresql.postgres import Programs, Version
from keyturn.local.postgresql.server import Server

__all__ = ["Options", "Programs", "Server", "Version", "programs"]
