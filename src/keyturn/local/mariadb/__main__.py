"""`python -m keyturn.local.mariadb`: make a MariaDB server ready for use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from keyturn.local.mariadb import finder, pristine
from keyturn.local.servers.prefetch import main

if TYPE_CHECKING:
    from keyturn.local.servers.progress import Progress


def prepare(progress: Progress) -> str:
    binary = finder.binary(progress)
    pristine.folder(binary, progress)
    return f"MariaDB {binary.version}"


if __name__ == "__main__":
    sys.exit(main("mariadb", prepare))
