"""A finding on a Pulumi program points at the argument it is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from programs import HEAD, only, planned

PATH = ("KeyPolicy", "Statement", 0, "Action")


@pytest.mark.parametrize(
    "program",
    [
        'aws.kms.Key("k", policy=json.dumps({"Statement": [{"Action": "kms:*"}]}))',
        'aws.kms.Key("k", policy=pulumi.Output.json_dumps({"Statement": [{"Action": "kms:*"}]}))',
        'aws.kms.Key("k", aws.kms.KeyArgs(policy=json.dumps({"Statement": [{"Action": "kms:*"}]})))',
        'document = {"Statement": [{"Action": "kms:*"}]}\naws.kms.Key("k", policy=json.dumps(document))',
        'statement = {"Action": "kms:*"}\ntext = json.dumps({"Statement": [statement]})\naws.kms.Key("k", policy=text)',
        'def make(text=""):\n    text = json.dumps({"Statement": [{"Action": "kms:*"}]})\n    aws.kms.Key("k", policy=text)\nmake()',
    ],
)
def test_inside_a_policy_wherever_it_is_written_out(tmp_path: Path, program: str) -> None:
    key = only(planned(tmp_path, program), "AWS::KMS::Key")
    place = key.at(*PATH).place
    lines = (HEAD + program).splitlines()
    assert lines[place.line - 1][place.column - 1 :].startswith('"Action": "kms:*"')


@pytest.mark.parametrize(
    "program",
    [
        'text = "{}"\ntext += ""\naws.kms.Key("k", policy=text)',
        'for text in ["{}"]:\n    aws.kms.Key("k", policy=text)',
        'text = "{}"\ntext = "{}"\naws.kms.Key("k", policy=text)',
        'text = text2 = text3 = "{}"\naws.kms.Key("k", policy=text)',
    ],
)
def test_a_name_that_takes_more_than_looking_points_at_the_argument(tmp_path: Path, program: str) -> None:
    key = only(planned(tmp_path, program), "AWS::KMS::Key")
    place = key.at(*PATH).place
    lines = (HEAD + program).splitlines()
    assert lines[place.line - 1][place.column - 1 :].startswith("policy=text")


def test_of_two_calls_on_a_line_the_one_of_this_type_is_meant(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'aws.kms.Alias("a", name="alias/a", target_key_id=aws.kms.Key("k", description="d").id)')
    assert str(only(graph, "AWS::KMS::Key").at("Description").place) == "__main__.py:4:67"
    assert str(only(graph, "AWS::KMS::Alias").at("AliasName").place) == "__main__.py:4:20"


def test_a_call_over_several_lines(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'aws.kms.Key(\n    "k",\n    description="d",\n    enable_key_rotation=True,\n)\n')
    key = only(graph, "AWS::KMS::Key")
    assert str(key.place) == "__main__.py:4:1"
    assert str(key.at("EnableKeyRotation").place) == "__main__.py:7:5"


def test_arguments_that_are_spread_point_at_the_call(tmp_path: Path) -> None:
    key = only(planned(tmp_path, 'given = {"description": "d"}\naws.kms.Key("k", **given)\n'), "AWS::KMS::Key")
    assert str(key.at("Description").place) == "__main__.py:5:1"
