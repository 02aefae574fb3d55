"""Whether a bucket's policy is public: AWS's own examples, and what its page leaves open."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.graph import Unknown
from keyturn.policy import read
from keyturn.policy.public import public
from keyturn.policy.statement import Statement

OPEN, CLOSED, LEFT_OPEN = Statement, type(None), Unknown


def allowing(principal: Any = "*", condition: Any = None, **more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "s3:PutObject", "Resource": "*", **more}
    return statement if condition is None else {**statement, "Condition": condition}


def judged(*statements: Any) -> type:
    return type(public(read({"Version": "2012-10-17", "Statement": statements})))


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        # The examples of AWS's page.
        (None, OPEN),
        ({"StringLike": {"aws:SourceVpc": "vpc-*"}}, OPEN),
        ({"StringEquals": {"aws:SourceVpc": "vpc-91237329"}}, CLOSED),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/1"}}, OPEN),
        ({"ArnLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*"}}, CLOSED),
        # What follows from it.
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"]}}, OPEN),
        ({"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8", "2001:db8::/32"]}}, CLOSED),
        ({"IpAddress": {"aws:SourceIp": "2001:d00::/24"}}, OPEN),
        ({"StringEquals": {"AWS:PrincipalOrgID": ["o-a1b2c3d4e5", "o-f6g7h8i9j0"]}}, CLOSED),
        ({"StringLike": {"aws:PrincipalOrgID": "*"}}, OPEN),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringLike": {"aws:Referer": "https://example.com/*"}}, OPEN),
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "123456789012"}}, CLOSED),
        # What it leaves open.
        ({"StringNotEquals": {"aws:SourceVpc": "vpc-91237329"}}, LEFT_OPEN),
        ({"StringEqualsIfExists": {"aws:SourceVpc": "vpc-91237329"}}, LEFT_OPEN),
        ({"ForAllValues:StringEquals": {"aws:PrincipalOrgPaths": "o-a/r-b/"}}, LEFT_OPEN),
        ({"StringLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/*"}}, LEFT_OPEN),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:ResourceAccount}"}}, LEFT_OPEN),
        ({"StringEquals": {"aws:SomethingNew": "1"}}, LEFT_OPEN),
        ({"Null": {"aws:SourceVpc": "false"}}, LEFT_OPEN),
        # What is known at deployment only.
        ({"StringEquals": {"aws:SourceVpc": Unknown("a parameter")}}, CLOSED),
        ({"StringEquals": {"aws:SomethingNew": Unknown("a parameter")}}, LEFT_OPEN),
    ],
    ids=str,
)
def test_what_a_condition_makes_of_it(condition: Any, answer: type) -> None:
    assert judged(allowing(condition=condition)) is answer


@pytest.mark.parametrize(
    ("principal", "answer"),
    [
        ("*", OPEN),
        ({"AWS": "*"}, OPEN),
        ({"AWS": ["123456789012", "*"]}, OPEN),
        ({"AWS": "123456789012"}, CLOSED),
        ({"Service": "cloudfront.amazonaws.com"}, CLOSED),
        ({"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}, CLOSED),
        ({"AWS": Unknown("a parameter")}, CLOSED),
        (Unknown("a parameter"), CLOSED),
    ],
    ids=str,
)
def test_whom_it_names(principal: Any, answer: type) -> None:
    assert judged(allowing(principal)) is answer


def test_one_public_statement_is_enough_and_it_is_named() -> None:
    found = public(read({"Version": "2012-10-17", "Statement": [allowing({"AWS": "123456789012"}), allowing()]}))
    assert isinstance(found, Statement)
    assert found.number == 1


@pytest.mark.parametrize(
    ("denied", "answer"),
    [
        (allowing(condition={"Bool": {"aws:SecureTransport": "false"}}), OPEN),
        (allowing({"AWS": "123456789012"}), OPEN),
        (allowing(condition={"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}), LEFT_OPEN),
        (allowing(), LEFT_OPEN),
    ],
    ids=str,
)
def test_what_is_denied_besides_may_change_it(denied: dict[str, Any], answer: type) -> None:
    assert judged(allowing(), {**denied, "Effect": "Deny"}) is answer
    assert judged({**denied, "Effect": "Deny"}) is CLOSED, "what only denies lets nobody in"


def test_what_is_not_known_is_left_open() -> None:
    assert type(public(read(Unknown("a file")))) is Unknown
    assert judged(Unknown("a parameter")) is LEFT_OPEN
    assert judged(allowing(), Unknown("a parameter")) is LEFT_OPEN, "it may deny"
