"""Which MySQL server there is for us: the user's choice, the machine's, or our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from keyturn.local.mysql.fetch import fetched
from keyturn.local.mysql.mysqld import installed, named
from keyturn.local.servers.progress import Progress, silent

if TYPE_CHECKING:
    from keyturn.local.mysql.mysqld import Binary


def binary(progress: Progress = silent) -> Binary:
    """
    The one that KEYTURN_MYSQLD names; else the first suitable one on PATH and in the usual places; else our own.

    Raises:
        Unsuitable: KEYTURN_MYSQLD names something else.
        Problem: There is none, and it cannot be fetched.
    """
    return named() or installed() or fetched(progress)
