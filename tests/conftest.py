"""What all tests share."""

import pytest

pytest_plugins = ("servers",)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="write the expected outputs of examples anew")
