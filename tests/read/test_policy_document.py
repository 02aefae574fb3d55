"""The provider's data source for policies, against the results that its documentation gives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from keyturn.read.policy_document import render


def rendered(**arguments: Any) -> Any:
    return json.loads(render(arguments))


def test_single_values_stand_alone_and_several_in_a_list() -> None:
    statement = {
        "sid": "1",
        "actions": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
        "resources": ["arn:aws:s3:::*"],
    }
    assert rendered(statements=[statement]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "1",
                "Effect": "Allow",
                "Action": ["s3:ListAllMyBuckets", "s3:GetBucketLocation"],
                "Resource": "arn:aws:s3:::*",
            }
        ],
    }


def test_conditions_of_one_test_are_put_together() -> None:
    conditions = [
        {"test": "StringLike", "variable": "s3:prefix", "values": ["", "home/"]},
        {"test": "StringLike", "variable": "s3:x", "values": ["y"]},
        {"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]},
    ]
    (statement,) = rendered(statement=[{"effect": "Deny", "not_actions": ["s3:*"], "condition": conditions}])[
        "Statement"
    ]
    assert statement == {
        "Effect": "Deny",
        "NotAction": "s3:*",
        "Condition": {"StringLike": {"s3:prefix": ["", "home/"], "s3:x": "y"}, "Bool": {"aws:SecureTransport": "true"}},
    }


@pytest.mark.parametrize(
    ("principals", "written"),
    [
        ([{"type": "*", "identifiers": ["*"]}], "*"),
        ([{"type": "AWS", "identifiers": ["*"]}], {"AWS": "*"}),
        (
            [{"type": "Service", "identifiers": ["a"]}, {"type": "AWS", "identifiers": ["1", "2"]}],
            {"Service": "a", "AWS": ["1", "2"]},
        ),
        ([{"type": "AWS", "identifiers": ["1"]}, {"type": "AWS", "identifiers": ["2"]}], {"AWS": ["1", "2"]}),
    ],
)
def test_principals(principals: list[dict[str, Any]], written: Any) -> None:
    (statement,) = rendered(statements=[{"principals": principals}])["Statement"]
    assert statement["Principal"] == written


def test_other_documents_come_first_and_override_by_sid() -> None:
    source = json.dumps({"Statement": [{"Sid": "a", "Effect": "Allow"}, {"Sid": "b", "Effect": "Allow"}]})
    override = json.dumps({"Statement": [{"Sid": "b", "Effect": "Deny"}, {"Sid": "c", "Effect": "Deny"}]})
    document = rendered(
        sourcePolicyDocuments=[source],
        overridePolicyDocuments=[override],
        statements=[{"sid": "own", "actions": ["a:b"]}],
    )
    assert [(each["Sid"], each["Effect"]) for each in document["Statement"]] == [
        ("a", "Allow"),
        ("b", "Deny"),
        ("own", "Allow"),
        ("c", "Deny"),
    ]


def test_version_and_id() -> None:
    assert rendered(version="2008-10-17", policy_id="p") == {"Version": "2008-10-17", "Id": "p", "Statement": []}
