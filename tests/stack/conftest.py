"""The stack's planned world, made once."""

from __future__ import annotations

import pytest

from keyturn import stack
from keyturn.graph import Graph
from keyturn.read.pulumi.sparing import sparing

sparing()


@pytest.fixture(scope="session")
def dev() -> Graph:
    return stack.graph(stack.Arguments("dev-001"))


@pytest.fixture(scope="session")
def prod() -> Graph:
    return stack.graph(stack.Arguments("prod-eu", region="eu-west-1"))
