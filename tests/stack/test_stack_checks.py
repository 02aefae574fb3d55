"""The stack passes its own checks, and nothing about it is left undecided."""

from __future__ import annotations

import pytest

from keyturn import stack
from keyturn.check import run
from keyturn.checks import every


@pytest.mark.parametrize(
    "arguments",
    [
        stack.Arguments("dev-001"),
        stack.Arguments("prod-eu", region="eu-west-1"),
        stack.Arguments("dev", region="cn-north-1"),
        stack.Arguments("dev", instance_class="db.r6g.large", instances=1),
        stack.Arguments("dev", engine="aurora-postgresql"),
        stack.Arguments("dev", engine="aurora-postgresql", engine_version="15.10"),
        stack.Arguments("dev", engine="postgres"),
        stack.Arguments("prod", engine="mysql", instances=1),
    ],
    ids=[
        "dev",
        "production",
        "china",
        "another class",
        "postgresql",
        "an older postgresql",
        "an instance",
        "an instance of mysql",
    ],
)
def test_the_stack_passes_its_own_checks(arguments: stack.Arguments) -> None:
    result = run(every(), stack.graph(arguments))
    assert result.findings == ()
    assert result.undecided == ()
