"""Fixes made in users' files, end to end."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from keyturn.check import Fix
from keyturn.edit import mend
from keyturn.graph import Graph, Ref, Text
from keyturn.read import Options, cloudformation, read

TEMPLATE = """# A key and its log group.
Parameters:
  Env: {Type: String, Default: dev}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Statement:
          - Sid: root   # the account
            Effect: Allow

  Group:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub "/app/${Env}"
      KmsKeyId: !GetAtt Key.Arn
"""


def template(folder: Path, text: str = TEMPLATE) -> tuple[Path, Graph]:
    file = folder / "template.yaml"
    file.write_bytes(text.encode())
    (graph,) = read(str(file))
    return file, graph


def allowing(graph: Graph, resource: str) -> Fix:
    key = graph.resources["Key"]
    statement = {"Sid": "logs", "Principal": {"Service": "logs.us-east-1.amazonaws.com"}, "Resource": resource}
    return Fix("allow CloudWatch Logs", key.at("KeyPolicy", "Statement"), append=statement)


def test_a_statement_is_written_for_every_account_region_and_environment(tmp_path: Path) -> None:
    file, graph = template(tmp_path)
    arn = graph.resources["Group"].arn
    assert mend(graph, [allowing(graph, f"{arn}")]) == [f"{file}:9:9: allow CloudWatch Logs"]
    assert file.read_text() == TEMPLATE.replace(
        "            Effect: Allow\n",
        """            Effect: Allow
          - Sid: logs
            Principal:
              Service: !Sub "logs.${AWS::Region}.amazonaws.com"
            Resource: !Sub "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/app/${Env}"
""",
    )
    elsewhere = cloudformation.read(str(file), Options("eu-west-1", "111122223333", {"Env": "prod"}))
    assert (
        elsewhere.resources["Key"].get("KeyPolicy", "Statement", 1, "Resource")
        == "arn:aws:logs:eu-west-1:111122223333:log-group:/app/prod"
    )


def test_a_reference_that_would_close_a_circle_is_written_as_what_it_is_named(tmp_path: Path) -> None:
    file, graph = template(tmp_path)
    group = graph.resources["Group"]
    assert len(mend(graph, [allowing(graph, Text(str(group.identity), (Ref("Group"),)))])) == 1
    assert '            Resource: !Sub "/app/${Env}"\n' in file.read_text()


def test_a_circle_that_cannot_be_avoided_leaves_the_file_alone(tmp_path: Path) -> None:
    file, graph = template(tmp_path, TEMPLATE.replace('      LogGroupName: !Sub "/app/${Env}"\n', ""))
    before = file.read_text()
    arn = graph.resources["Group"].arn
    assert mend(graph, [allowing(graph, f"{arn}")]) == [
        f"{file}:9:9: not mended (allow CloudWatch Logs): Key -> Group -> Key depend on each other in a circle"
    ]
    assert file.read_text() == before


def test_the_same_fix_twice_is_made_once_and_others_beside_it(tmp_path: Path) -> None:
    file, graph = template(tmp_path)
    key, group = graph.resources["Key"], graph.resources["Group"]
    fixes = [
        allowing(graph, "*"),
        Fix("rotate", key.at("EnableKeyRotation"), replace=True),
        allowing(graph, "*"),
        Fix("keep a month", group.at("RetentionInDays"), replace=30),
    ]
    told = mend(graph, fixes)
    assert [line.rpartition(": ")[2] for line in told] == ["rotate", "allow CloudWatch Logs", "keep a month"]
    (mended,) = read(str(file))
    assert len(mended.resources["Key"].get("KeyPolicy", "Statement")) == 2  # type: ignore[arg-type]
    assert mended.resources["Key"].get("EnableKeyRotation") is True
    assert mended.resources["Group"].get("RetentionInDays") == 30
    assert "# A key and its log group." in file.read_text()
    assert "Sid: root   # the account" in file.read_text()


def test_mode_line_ends_byte_order_mark_and_link_are_kept(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    file, _ = template(real, "\ufeff" + TEMPLATE.replace("\n", "\r\n"))
    file.chmod(0o640)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    (graph,) = read(str(link))
    mend(graph, [Fix("rotate", graph.resources["Key"].at("EnableKeyRotation"), replace=True)])
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    content = file.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf#")
    assert content.count(b"\r\n") == content.count(b"\n") == TEMPLATE.count("\n") + 1
    assert [each.name for each in real.iterdir()] == ["template.yaml"]


def test_a_file_that_has_gone_is_told_of(tmp_path: Path) -> None:
    file, graph = template(tmp_path)
    file.unlink()
    assert mend(graph, [allowing(graph, "*")]) == [f"{file}: not mended: no such file or directory"]


def test_json_is_mended_too(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    file.write_text('{\n  "Resources": {\n    "Key": {\n      "Type": "AWS::KMS::Key"\n    }\n  }\n}\n')
    (graph,) = read(str(file))
    mend(graph, [Fix("rotate", graph.resources["Key"].at("EnableKeyRotation"), replace=True)])
    assert file.read_text().splitlines() == [
        "{",
        '  "Resources": {',
        '    "Key": {',
        '      "Type": "AWS::KMS::Key",',
        '      "Properties": {',
        '        "EnableKeyRotation": true',
        "      }",
        "    }",
        "  }",
        "}",
    ]


def test_a_fix_inside_a_condition_is_made_in_the_branch_that_holds(tmp_path: Path) -> None:
    file, graph = template(
        tmp_path,
        """Conditions: {Dev: !Equals [a, a]}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: !If
        - Dev
        - Statement: []
        - Statement: [{Sid: other}]
""",
    )
    mend(graph, [Fix("x", graph.resources["Key"].at("KeyPolicy", "Statement"), append={"Sid": "new"})])
    assert file.read_text().endswith(
        """        - Dev
        - Statement:
            - Sid: new
        - Statement: [{Sid: other}]
"""
    )


def test_what_a_function_makes_is_left_alone(tmp_path: Path) -> None:
    text = "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy: !Sub '{}'\n"
    file, graph = template(tmp_path, text)
    assert mend(graph, [Fix("x", graph.resources["Key"].at("KeyPolicy", "Statement"), append={"Sid": "new"})]) == [
        f"{file}:5:7: not mended (x): `KeyPolicy` is made by a function, or is no object"
    ]
    assert file.read_text() == text


@pytest.mark.parametrize("dialect", ["terraform", "cdk"])
def test_other_dialects_say_so(tmp_path: Path, dialect: str) -> None:
    file, graph = template(tmp_path)
    other = Graph(graph.resources, graph.file, dialect)
    (line,) = mend(other, [allowing(other, "*")])
    assert line.startswith(f"{file}:9:9: not mended (allow CloudWatch Logs): ")
    assert file.read_text() == TEMPLATE
