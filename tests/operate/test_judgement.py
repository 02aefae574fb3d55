"""What is called wrong, and how AWS's refusals are told: without an AWS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore import exceptions as sdk
from hypothesis import given
from hypothesis import strategies as st

from keyturn.operate.faults import faults
from keyturn.operate.function import Answer, NotDone
from keyturn.operate.refusals import refusals
from keyturn.operate.secret import Secret, Version
from keyturn.operate.spans import spoken
from keyturn.operate.standing import Standing
from keyturn.operate.telling import as_data, as_text
from keyturn.problem import Misuse, Problem
from keyturn.up.functionlog import Run

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:rotation-function-dev-001"

SECRET = Secret(
    arn="arn:aws:secretsmanager:us-east-1:123456789012:secret:app-AbCdEf",
    name="app",
    function=FUNCTION,
    enabled=True,
    rotated=NOW - DAY,
    next=NOW + 29 * DAY,
    deleted=None,
    owner=None,
    versions=(Version("c" * 36, ("AWSCURRENT",), NOW - DAY), Version("p" * 36, ("AWSPREVIOUS",), NOW - 31 * DAY)),
    now=NOW,
)
ANSWER = Answer("done", "", retained=False, passwords={"AWSCURRENT": "newest", "AWSPREVIOUS": "refused"})
WELL = Standing(SECRET, ANSWER, None, ())
PENDING = Version("n" * 36, ("AWSPENDING",), NOW - HOUR)


def run(step: str, outcome: str, ago: timedelta) -> Run:
    return Run((NOW - ago).timestamp(), step, outcome, "db.example cannot be reached (2003); look", "n", 9, {}, {}, {})


def secret(**changes: Any) -> Standing:
    return replace(WELL, secret=replace(SECRET, **changes))


def answer(**changes: Any) -> Standing:
    return replace(WELL, answer=replace(ANSWER, **changes))


def test_what_is_well_is_not_called_wrong() -> None:
    assert list(faults(WELL)) == []
    assert as_data(WELL, ())["ok"]


@pytest.mark.parametrize(
    ("standing", "says"),
    [
        (secret(enabled=False), "its rotation is switched off"),
        (secret(next=NOW - 2 * DAY), "it ought to have been rotated 2 days ago"),
        (secret(versions=(*SECRET.versions, PENDING)), "a rotation has not been completed for 1 hour"),
        (secret(versions=()), "it has no password yet"),
        (answer(passwords={}), "it has no password yet"),
        (answer(passwords={"AWSCURRENT": "refused"}), "AWSCURRENT does not log in"),
        (answer(passwords={"AWSCURRENT": "no account"}), "the database has no such user"),
        (answer(passwords={"AWSCURRENT": "retained"}), "another password is newer than AWSCURRENT"),
        (answer(retained=True, overdue=3 * 3600), "the old password ought to have been discarded 3 hours ago"),
        (
            replace(WELL, answer=None, trouble=NotDone("unreachable", "db.example cannot be reached (2003); look")),
            "the function cannot look at the database: unreachable: db.example cannot be reached (2003)",
        ),
        (replace(WELL, runs=(run("setSecret", "unreachable", HOUR),)), "the last rotation failed"),
        (
            replace(WELL, runs=(run("discard", "refused", 2 * HOUR), run("setSecret", "done", HOUR))),
            "the last discard failed",
        ),
    ],
)
def test_what_is_wrong_is_told(standing: Standing, says: str) -> None:
    found = tuple(faults(standing))
    assert [fault.what for fault in found] == [says]
    assert found[0].hint
    assert says in as_text(standing, found)
    told = as_data(standing, found)
    assert not told["ok"]
    assert told["wrong"] == [{"what": says, "hint": found[0].hint}]


@pytest.mark.parametrize(
    "standing",
    [
        secret(next=NOW - HOUR),  # within its window
        secret(next=None),
        secret(versions=(*SECRET.versions, replace(PENDING, created=NOW - timedelta(minutes=1)))),
        secret(versions=(*SECRET.versions, replace(PENDING, created=None))),
        answer(retained=True, overdue=1800),  # the hourly run will come
        replace(WELL, runs=None),
        replace(WELL, runs=(run("setSecret", "unreachable", 2 * HOUR), run("setSecret", "done", HOUR))),
        replace(WELL, runs=(run("setSecret", "postponed", HOUR),)),
        replace(
            secret(versions=(*SECRET.versions, replace(PENDING, created=NOW))),
            answer=replace(ANSWER, passwords={"AWSCURRENT": "retained", "AWSPENDING": "newest"}),
        ),
    ],
)
def test_what_mends_itself_is_not_called_wrong(standing: Standing) -> None:
    assert list(faults(standing)) == []


def test_a_failure_that_is_over_is_remembered() -> None:
    standing = replace(WELL, runs=(run("setSecret", "unreachable", 2 * HOUR), run("setSecret", "done", HOUR)))
    assert "last failure, 2 hours ago: setSecret unreachable: db.example" in as_text(standing, ())
    assert as_data(standing, ())["last_failure"]["step"] == "setSecret"


def client_error(code: str, message: str = "no\nway") -> sdk.ClientError:
    return sdk.ClientError({"Error": {"Code": code, "Message": message}}, "Invoke")


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (client_error("AccessDeniedException"), Problem, "AWS denies Invoke: no way"),
        (client_error("TooManyRequestsException"), Problem, "AWS refused Invoke: TooManyRequestsException: no way"),
        (client_error("UnrecognizedClientException"), Misuse, "AWS does not accept these credentials"),
        (client_error("ExpiredTokenException"), Misuse, "AWS does not accept these credentials"),
        (sdk.NoCredentialsError(), Misuse, "no AWS credentials: unable to locate credentials"),
        (sdk.PartialCredentialsError(provider="env", cred_var="x"), Misuse, "no AWS credentials"),
        (sdk.UnauthorizedSSOTokenError(), Misuse, "no AWS credentials"),
        (sdk.ProfileNotFound(profile="ops"), Misuse, "(ops)"),
        (sdk.NoRegionError(), Misuse, "no region"),
        (sdk.ReadTimeoutError(endpoint_url="https://x"), Problem, "AWS gave no answer in time"),
        (sdk.ConnectTimeoutError(endpoint_url="https://x"), Problem, "AWS cannot be reached"),
        (sdk.EndpointConnectionError(endpoint_url="https://x"), Problem, "AWS cannot be reached"),
        (sdk.SSLError(endpoint_url="https://x", error="bad"), Problem, "AWS cannot be reached"),
        (sdk.InvalidRegionError(region_name="x y"), Misuse, "x y"),
    ],
)
def test_refusals_are_for_people(error: Exception, kind: type[Problem], says: str) -> None:
    with pytest.raises(Problem) as caught, refusals():
        raise error
    assert type(caught.value) is kind
    assert says in caught.value.message
    assert "\n" not in caught.value.message
    assert not caught.value.message.endswith(".")
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(0, "0 seconds"), (1, "1 second"), (60, "1 minute"), (3600, "1 hour"), (86400, "24 hours"), (172800, "2 days")],
)
def test_spans_are_spoken(seconds: int, says: str) -> None:
    assert spoken(timedelta(seconds=seconds)) == says


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=4000)))
def test_a_spoken_span_is_never_longer_than_the_span(span: timedelta) -> None:
    count, unit = spoken(span).split()
    length = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.removesuffix("s")]
    assert int(count) * length <= span.total_seconds() < (int(count) + 1) * length


@pytest.mark.parametrize(
    ("answer", "discarded"),
    [
        (Answer("done", "", retained=False, old_password_age=3600), True),
        (Answer("done", "", retained=False, old_password_age=3600, repaired=("the account was missing",)), True),
        (Answer("done", "", retained=False), True),  # a plain strategy tells no age
        (Answer("done", "", retained=False, repaired=("the account was missing",)), False),
        (Answer("nothing", "", retained=False), False),
        (Answer("nothing", "a rotation is under way", retained=True), False),
    ],
)
def test_what_a_discard_has_done(answer: Answer, discarded: bool) -> None:
    assert answer.discarded is discarded
