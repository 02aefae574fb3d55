"""The account that a program is for, where its user does not say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keyturn.read import Options, read

OWN = "arn:aws:iam::444455556666:root"
QUEUE = {
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:SourceAccount": "444455556666"}},
}


def allow(*principals: Any, action: str = "kms:*") -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": action, "Resource": "*"}


def account(folder: Path, *statements: dict[str, Any], type_: str = "AWS::KMS::Key", **options: str) -> str:
    name = "KeyPolicy" if type_ == "AWS::KMS::Key" else "PolicyDocument"
    properties = {name: {"Statement": list(statements)}}
    (folder / "t.json").write_text(json.dumps({"Resources": {"R": {"Type": type_, "Properties": properties}}}))
    (graph,) = read(str(folder / "t.json"), Options(**options))  # type: ignore[arg-type]
    return graph.account


@pytest.mark.parametrize(
    ("statements", "type_", "expected"),
    [
        ([allow(OWN)], "AWS::KMS::Key", "444455556666"),
        (
            [allow("444455556666"), allow("arn:aws:iam::777788889999:root", action="kms:Decrypt")],
            "AWS::KMS::Key",
            "444455556666",
        ),
        ([allow(OWN, "arn:aws:iam::777788889999:root")], "AWS::KMS::Key", "123456789012"),
        ([allow(OWN, {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:root"})], "AWS::KMS::Key", "123456789012"),
        ([QUEUE], "AWS::SQS::QueuePolicy", "444455556666"),
        ([allow(OWN, action="sqs:*")], "AWS::SQS::QueuePolicy", "123456789012"),
    ],
)
def test_the_account_is_the_one_that_a_program_names_as_its_own(
    tmp_path: Path, statements: list[dict[str, Any]], type_: str, expected: str
) -> None:
    assert account(tmp_path, *statements, type_=type_) == expected


def test_an_account_that_is_asked_for_is_kept(tmp_path: Path) -> None:
    assert account(tmp_path, allow(OWN), account="111122223333") == "111122223333"


def test_a_configuration_of_terraform_names_its_account_too(tmp_path: Path) -> None:
    policy = json.dumps({"Statement": [allow(OWN)]})
    (tmp_path / "main.tf").write_text(f'resource "aws_kms_key" "k" {{\n  policy = jsonencode({policy})\n}}\n')
    (graph,) = read(str(tmp_path))
    assert [graph.account, str(graph.resources["KmsKeyK"].arn).split(":")[4]] == ["444455556666"] * 2
