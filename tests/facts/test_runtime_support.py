"""Until when Lambda takes a runtime: what is certain, and what is only planned."""

from __future__ import annotations

from datetime import date, timedelta

import botocore.session
import pytest

from keyturn.check import Verdict, run
from keyturn.checks.lambda_runtime_retired import lambda_runtime_retired
from keyturn.facts import runtime_support
from keyturn.read import Options, cloudformation

DAY = date(2026, 11, 24)
TAKEN = """
nodejs16.x nodejs18.x nodejs20.x nodejs22.x nodejs24.x python3.8 python3.9 python3.10 python3.11 python3.12 python3.13 python3.14
ruby3.2 ruby3.3 ruby3.4 ruby4.0 java8.al2 java11 java17 java21 java25 dotnet6 dotnet8 dotnet10 provided.al2 provided.al2023
""".split()  # noqa: SIM905 - a list of so many lines would be read by nobody
NAMES = [*runtime_support.names()]


def test_what_is_refused_is_what_aws_refused_when_the_page_was_read() -> None:
    """Of the many runtimes whose days were put off to 2027, none is taken for refused."""
    assert sorted(name for name in NAMES if not runtime_support.refused(name, DAY, new=True)) == sorted(TAKEN)
    assert {name for name in NAMES if runtime_support.refused(name, DAY, new=False)} == {
        *("nodejs", "nodejs4.3", "nodejs4.3-edge", "nodejs6.10", "nodejs8.10", "nodejs10.x", "nodejs12.x"),
        *("python2.7", "python3.6", "ruby2.5", "dotnetcore1.0", "dotnetcore2.0", "dotnetcore2.1", "dotnetcore3.1"),
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_runtime_is_one_of_the_api_and_ends_for_old_functions_last(name: str) -> None:
    model = botocore.session.get_session().get_service_model("lambda")
    assert name in model.shape_for("Runtime").enum  # type: ignore[attr-defined]
    until = runtime_support.support(name)
    assert until
    assert until.ends_for_new <= until.ends_for_old


@pytest.mark.parametrize("name", NAMES)
def test_a_day_to_come_is_never_certain(name: str) -> None:
    """AWS puts them off; `--as-of` a later day is undecided then, not refused."""
    until = runtime_support.support(name)
    assert until
    far = max(until) + timedelta(days=1000)
    certain = until.ends_for_new <= runtime_support.READ
    assert runtime_support.refused(name, far, new=True) == certain
    text = f"Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: {name}, Role: r, Code: {{S3Bucket: b, S3Key: k}}}}}}}}"
    told = run((lambda_runtime_retired,), cloudformation.read("t.yaml", Options(as_of=far), text=text))
    assert (len(told.findings), len(told.undecided)) == ((1, 0) if certain else (0, 1))


@pytest.mark.parametrize(("name", "weak"), [("python3.9", True), ("python3.10", False), ("python3.11", False)])
def test_what_was_deprecated_when_the_page_was_read_is_weak(name: str, weak: bool) -> None:
    """python3.10 was to be deprecated between that day and this one."""
    text = f"Resources: {{F: {{Type: AWS::Lambda::Function, Properties: {{Runtime: {name}, Role: r, Code: {{S3Bucket: b, S3Key: k}}}}}}}}"
    told = run((lambda_runtime_retired,), cloudformation.read("t.yaml", Options(as_of=DAY), text=text))
    assert [finding.verdict is Verdict.WEAK for _, finding in told.findings] == [True] * weak
    assert told.undecided == ()


def test_before_its_day_a_runtime_was_taken() -> None:
    assert not runtime_support.refused("nodejs14.x", date(2024, 1, 8), new=True)
    assert runtime_support.refused("nodejs14.x", date(2024, 1, 9), new=True)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nodejs4.3-edge", "nodejs22.x"),
        ("python3.6", "python3.11"),
        ("java8", "java8.al2"),
        ("dotnetcore3.1", "dotnet10"),
        ("provided", "provided.al2023"),
        ("ruby2.5", "ruby3.3"),
        ("go1.x", ""),
        ("python2.7", ""),
    ],
)
def test_the_next_one_is_the_shortest_step_that_is_supported(old: str, new: str) -> None:
    assert runtime_support.successor(old, DAY) == new
