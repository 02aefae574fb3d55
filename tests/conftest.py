"""What all tests share."""

from collections.abc import Generator

import pytest

from sinks import Search, searching

pytest_plugins = ("servers",)

SEARCH = pytest.StashKey[Search]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the expected outputs of examples anew")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Whatever rotates in a test, or in what it is given, is searched for secrets: see `sinks`."""
    with searching() as search:
        item.stash[SEARCH] = search
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """While the servers that are the test's own still run."""
    result = yield
    item.stash[SEARCH].judge()
    return result
