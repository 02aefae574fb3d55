"""The cache of servers where it cannot even be looked at."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.local.servers import cache
from keyturn.problem import Problem


def test_a_cache_that_cannot_be_looked_at_is_one_clear_line(tmp_path: Path) -> None:
    """As another user's is; here, a name too long for any folder, for root may look everywhere."""
    target = tmp_path / ("n" * 300) / "server"
    with pytest.raises(Problem, match=r"^cannot write .*: file name too long$"):
        cache.once(target, lambda scratch: None, waiting=lambda: None)
