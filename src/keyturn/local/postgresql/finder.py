"""Which PostgreSQL server there is for us: the user's choice, the machine's, or our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyturn.local.postgresql.fetch import fetched
from keyturn.local.postgresql.postgres import installed, named
from keyturn.local.servers.progress import Progress, silent

if TYPE_CHECKING:
    from keyturn.local.postgresql.postgres import Programs


def programs(progress: Progress = silent) -> Programs:
    """
    Those that KEYTURN_POSTGRES names; else the first suitable ones on PATH and in the usual places; else our own.

    Raises:
        Unsuitable: KEYTURN_POSTGRES names something else.
        Problem: There are none, and they cannot be fetched.
    """
    return named() or installed() or fetched(progress)
