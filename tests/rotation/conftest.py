"""Lets the tests here import what stands beside them, and gives each a world of its own."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers import Database

sys.path.insert(0, str(Path(__file__).parent))

from world import World, make


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A secret without a value; whatever happens to it, nothing secret may have been written in the end."""
    world = make(database)
    yield world
    world.assert_nothing_leaked()
