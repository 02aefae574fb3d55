"""`python -m keyturn.local.postgresql`: make a PostgreSQL server ready for use."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from keyturn.local.postgresql import finder, pristine
from keyturn.local.servers.prefetch import main

if TYPE_CHECKING:
    from keyturn.local.servers.progress import Progress


def prepare(progress: Progress) -> str:
    programs = finder.programs(progress)
    pristine.folder(programs, progress)
    return f"PostgreSQL {programs.version}"


if __name__ == "__main__":
    sys.exit(main("postgresql", prepare))
