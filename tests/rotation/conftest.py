"""Gives each test a world of its own."""

from collections.abc import Iterator

import pytest

from servers import Database
from world import World, make


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    """A secret without a value; whatever happens to it, nothing secret may have been written in the end."""
    world = make(database)
    yield world
    world.assert_nothing_leaked()
