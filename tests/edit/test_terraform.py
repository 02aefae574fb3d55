"""Fixes made in Terraform configurations: only what is written out, and in the module's own words."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Mapping
from itertools import takewhile
from pathlib import Path

import pytest

from keyturn.check import Fix
from keyturn.edit import mend
from keyturn.graph import Graph, Ref, Resource, Text, Value
from keyturn.read import read

GROUP = """
resource "aws_cloudwatch_log_group" "app" {
  name       = "/app/${var.environment}"
  kms_key_id = aws_kms_key.main.arn
}

variable "environment" { default = "dev" }
"""
KEY = """
resource "aws_kms_key" "main" {
  policy = jsonencode({
    Statement = [
      {
        Sid    = "root" # the account
        Effect = "Allow"
      },
    ]
  })
}
"""
CALLER = """
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
"""
STATEMENTS = ("KeyPolicy", "Statement")


def written(folder: Path, text: str, name: str = "main.tf") -> Path:
    file = folder / name
    file.write_bytes(text.encode())
    return file


def planned(folder: Path) -> Graph:
    (graph,) = read(str(folder))
    return graph


def the(graph: Graph, type_: str) -> Resource:
    return next(graph.of_type(type_))


def changed(
    folder: Path,
    text: str,
    type_: str,
    *path: str | int,
    append: Value = None,
    replace: Value = None,
) -> tuple[str, list[str]]:
    """What a fix adds to and takes from a file, and what was told without its place."""
    file = written(folder, text)
    graph = planned(folder)
    told = mend(graph, [Fix("mend it", the(graph, type_).at(*path), replace=replace, append=append)])
    return difference(text, file.read_bytes().decode()), [line.replace(str(folder), "") for line in told]


def difference(before: str, after: str) -> str:
    """The lines taken and added, as `diff` would tell them of one place in a file."""
    old, new = before.splitlines(), after.splitlines()
    same = _alike(old, new)
    left = _alike(old[same:][::-1], new[same:][::-1])
    taken, added = old[same : len(old) - left], new[same : len(new) - left]
    return "".join([*(f"-{line}\n" for line in taken), *(f"+{line}\n" for line in added)])


def _alike(old: list[str], new: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def expected(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def logs(graph: Graph) -> Value:
    arn = the(graph, "AWS::Logs::LogGroup").arn
    return {
        "Sid": "logs",
        "Effect": "Allow",
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ("kms:Encrypt", "kms:Decrypt"),
        "Resource": "*",
        "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": str(arn)}},
    }


def test_a_statement_in_jsonencode_names_what_the_module_names(tmp_path: Path) -> None:
    file = written(tmp_path, KEY + GROUP + CALLER)
    graph = planned(tmp_path)
    key = the(graph, "AWS::KMS::Key")
    fix = Fix("allow CloudWatch Logs", key.at(*STATEMENTS), append=logs(graph))
    assert mend(graph, [fix, fix]) == [f"{file}:4:5: allow CloudWatch Logs"]
    arn = "arn:aws:logs:${data.aws_region.here.id}:${data.aws_caller_identity.me.account_id}:log-group"
    assert difference(KEY + GROUP + CALLER, file.read_text()) == expected(f"""
        +      {{
        +        Sid       = "logs"
        +        Effect    = "Allow"
        +        Principal = {{ Service = "logs.${{data.aws_region.here.id}}.amazonaws.com" }}
        +        Action    = ["kms:Encrypt", "kms:Decrypt"]
        +        Resource  = "*"
        +        Condition = {{
        +          ArnEquals = {{
        +            "kms:EncryptionContext:aws:logs:arn" = "{arn}:/app/${{var.environment}}"
        +          }}
        +        }}
        +      }},
        """)
    after = file.read_text()
    again = planned(tmp_path)
    assert the(again, "AWS::KMS::Key").get(*STATEMENTS, 1) == logs(graph)
    mend(again, [Fix("again", the(again, "AWS::KMS::Key").at(*STATEMENTS), append=logs(again))])
    assert file.read_text() == after, "a fix that is there is not made again"


def test_the_account_and_the_region_are_asked_for_where_nothing_tells_them(tmp_path: Path) -> None:
    file = written(tmp_path, KEY + GROUP)
    graph = planned(tmp_path)
    mend(graph, [Fix("allow it", the(graph, "AWS::KMS::Key").at(*STATEMENTS), append=logs(graph))])
    assert "log-group:/app/${var.environment}" in file.read_text()
    assert (
        "arn:aws:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}:" in file.read_text()
    )
    assert file.read_text().endswith(
        'default = "dev" }\n\ndata "aws_caller_identity" "current" {}\n\ndata "aws_region" "current" {}\n'
    )
    assert the(planned(tmp_path), "AWS::KMS::Key").get(*STATEMENTS, 1) == logs(graph)


def test_a_statement_becomes_a_block_of_the_policy_document_that_makes_the_policy(tmp_path: Path) -> None:
    document = """
data "aws_iam_policy_document" "key" {
  statement {
    sid       = "root"
    actions   = ["kms:*"]
    resources = ["*"]
  }
}

provider "aws" {
  region = var.region
}

variable "region" { default = "us-east-1" }
"""
    key = """
resource "aws_kms_key" "main" {
  policy = data.aws_iam_policy_document.key.json
}
"""
    written(tmp_path, key + GROUP + 'data "aws_caller_identity" "me" {}')
    file = written(tmp_path, document, "policy.tf")
    graph = planned(tmp_path)
    site = the(graph, "AWS::KMS::Key").at(*STATEMENTS)
    assert mend(graph, [Fix("allow it", site, append=logs(graph))]) == [f"{file}:2:1: allow it"]
    arn = "arn:aws:logs:${var.region}:${data.aws_caller_identity.me.account_id}:log-group:/app/${var.environment}"
    assert difference(document, file.read_text()) == expected(f"""
        +
        +  statement {{
        +    sid       = "logs"
        +    effect    = "Allow"
        +    actions   = ["kms:Encrypt", "kms:Decrypt"]
        +    resources = ["*"]
        +
        +    principals {{
        +      type        = "Service"
        +      identifiers = ["logs.${{var.region}}.amazonaws.com"]
        +    }}
        +
        +    condition {{
        +      test     = "ArnEquals"
        +      variable = "kms:EncryptionContext:aws:logs:arn"
        +      values   = ["{arn}"]
        +    }}
        +  }}
        """)
    assert the(planned(tmp_path), "AWS::KMS::Key").get(*STATEMENTS, 1) == logs(graph)


@pytest.mark.parametrize(
    "policy",
    [
        'jsonencode({ Statement = [{ Sid = "one" }] })',
        'jsonencode({ Statement = { Sid = "one" } })',
        "jsonencode({ Statement = [] })",
        'jsonencode({ Version = "2012-10-17" })',
        'jsonencode({\n    Version = "2012-10-17" })',
        'jsonencode({\n    Version = "2012-10-17",\n  })',
        'jsonencode({ Statement = [{\n    Sid = "one"\n  }] })',
        'jsonencode({ Statement = [\n    { Sid = "one" }, # the first\n  ] })',
        'jsonencode({ Statement = [\n    { Sid = "one" } # the only\n  ] })',
        "local.policy",
        '<<EOF\n{\n  "Statement": [\n    {"Sid": "one", "Resource": "${var.one}"}\n  ]\n}\nEOF',
        '<<-EOF\n    {\n      "Statement": [\n        {"Sid": "$${aws:username}"}\n      ]\n    }\n  EOF',
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_wherever_a_policy_is_written_out_a_statement_is_added_and_all_else_kept(
    policy: str, newline: str, tmp_path: Path
) -> None:
    text = f"""
resource "aws_kms_key" "main" {{
  policy      = {policy}
  description = "é" // kept
}}

locals {{
  policy = jsonencode({{ Statement = [{{ Sid = "local" }}] }})
}}

variable "one" {{ default = "first" }}
""".replace("\n", newline)
    file = written(tmp_path, text)
    graph = planned(tmp_path)
    before = the(graph, "AWS::KMS::Key").get(*STATEMENTS) or ()
    statement = {"Sid": "new", "Resource": ("a", "${b}")}
    told = mend(graph, [Fix("mend it", the(graph, "AWS::KMS::Key").at(*STATEMENTS), append=statement)])
    assert "not mended" not in told[0]
    after = file.read_bytes().decode()
    assert after.count("\r\n") == (after.count("\n") if newline == "\r\n" else 0)
    kept = before if isinstance(before, tuple) else (before,)
    assert the(planned(tmp_path), "AWS::KMS::Key").get(*STATEMENTS) == (*kept, statement)
    taken = [line for line in difference(text, after).splitlines() if line.startswith("-")]
    assert len(taken) <= 2, "only the lines that the edit is in are others now"


def test_a_policy_that_is_not_there_is_made(tmp_path: Path) -> None:
    text = 'resource "aws_kms_key" "main" {\n  enable_key_rotation = true\n\n  timeouts {}\n}\n'
    policy = {"Version": "2012-10-17", "Statement": ({"Sid": "one"},)}
    assert changed(tmp_path, text, "AWS::KMS::Key", "KeyPolicy", replace=policy) == (
        expected("""
        +  policy = jsonencode({
        +    Version = "2012-10-17"
        +    Statement = [
        +      { Sid = "one" },
        +    ]
        +  })
        """),
        ["/main.tf:1:1: mend it"],
    )


ARGUMENTS: Mapping[str, tuple[str, str, tuple[str | int, ...], Value, str]] = {
    "replaced": (
        'resource "aws_db_instance" "main" {\n  storage_encrypted = false # yet\n}\n',
        "AWS::RDS::DBInstance",
        ("StorageEncrypted",),
        True,
        "-  storage_encrypted = false # yet\n+  storage_encrypted = true # yet\n",
    ),
    "added under the others": (
        'resource "aws_kms_key" "main" {\n  description           = "logs"\n}\n',
        "AWS::KMS::Key",
        ("EnableKeyRotation",),
        True,
        "+  enable_key_rotation   = true\n",
    ),
    "added to an empty block": (
        'resource "aws_kms_key" "main" {}\n',
        "AWS::KMS::Key",
        ("EnableKeyRotation",),
        True,
        '-resource "aws_kms_key" "main" {}\n+resource "aws_kms_key" "main" {\n+  enable_key_rotation = true\n+}\n',
    ),
    "added to a block of one line": (
        'resource "aws_kms_key" "main" { description = "logs" }\n',
        "AWS::KMS::Key",
        ("EnableKeyRotation",),
        True,
        (
            '-resource "aws_kms_key" "main" { description = "logs" }\n+resource "aws_kms_key" "main" {\n'
            '+  description = "logs"\n+  enable_key_rotation = true\n+}\n'
        ),
    ),
    "a block": (
        'resource "aws_rds_cluster" "main" {\n  engine = "aurora-mysql"\n}\n',
        "AWS::RDS::DBCluster",
        ("ServerlessV2ScalingConfiguration",),
        {"MinCapacity": 0.5, "MaxCapacity": 4},
        "+\n+  serverlessv2_scaling_configuration {\n+    min_capacity = 0.5\n+    max_capacity = 4\n+  }\n",
    ),
    "in a block": (
        'resource "aws_rds_cluster" "main" {\n  serverlessv2_scaling_configuration {\n    min_capacity = 0.5\n  }\n}\n',
        "AWS::RDS::DBCluster",
        ("ServerlessV2ScalingConfiguration", "MaxCapacity"),
        4,
        "+    max_capacity = 4\n",
    ),
    "one of several named blocks": (
        (
            'resource "aws_db_parameter_group" "main" {\n  parameter {\n    name  = "other"\n    value = "1"\n  }\n'
            '  parameter {\n    name  = "rds.force_ssl"\n    value = "0"\n  }\n}\n'
        ),
        "AWS::RDS::DBParameterGroup",
        ("Parameters", "rds.force_ssl"),
        "1",
        '-    value = "0"\n+    value = "1"\n',
    ),
    "one more named block": (
        'resource "aws_db_parameter_group" "main" {\n  parameter {\n    name  = "other"\n    value = "1"\n  }\n}\n',
        "AWS::RDS::DBParameterGroup",
        ("Parameters", "rds.force_ssl"),
        "1",
        '+\n+  parameter {\n+    name  = "rds.force_ssl"\n+    value = "1"\n+  }\n',
    ),
}


@pytest.mark.parametrize("case", ARGUMENTS.values(), ids=[*ARGUMENTS])
def test_a_property_is_set_as_terraform_calls_it(
    case: tuple[str, str, tuple[str | int, ...], Value, str], tmp_path: Path
) -> None:
    text, type_, path, value, wanted = case
    said, told = changed(tmp_path, text, type_, *path, replace=value)
    assert said == wanted, told
    assert the(planned(tmp_path), type_).get(*path) == value


def test_a_rule_becomes_a_block_beside_the_others(tmp_path: Path) -> None:
    text = """
resource "aws_security_group" "database" {
  ingress {
    protocol    = "tcp"
    from_port   = 3306
    to_port     = 3306
    cidr_blocks = ["10.0.0.0/16"]
  }

  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "function" {
}
"""
    file = written(tmp_path, text)
    graph = planned(tmp_path)
    database, function = graph.of_type("AWS::EC2::SecurityGroup")
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 3306,
        "ToPort": 3306,
        "SourceSecurityGroupId": Text(str(function.attributes["GroupId"]), (Ref(function.name, "GroupId"),)),
    }
    mend(graph, [Fix("allow it", database.at("SecurityGroupIngress"), append=rule)])
    assert difference(text, file.read_text()) == expected("""
        +  ingress {
        +    protocol        = "tcp"
        +    from_port       = 3306
        +    to_port         = 3306
        +    security_groups = [aws_security_group.function.id]
        +  }
        +
        """)


def test_a_reference_is_written_as_one(tmp_path: Path) -> None:
    text = """
resource "aws_kms_key" "main" {
  policy = jsonencode({ Statement = [{ Principal = { AWS = "arn:aws:iam::123456789012:role/app" } }] })
}

resource "aws_iam_role" "app" {
  name = "app"
}
"""
    file = written(tmp_path, text)
    graph = planned(tmp_path)
    role = the(graph, "AWS::IAM::Role")
    site = the(graph, "AWS::KMS::Key").at(*STATEMENTS, 0, "Principal", "AWS")
    mend(graph, [Fix("refer to it", site, replace=Text(str(role.arn), (Ref(role.name, "Arn"),)))])
    assert "{ AWS = aws_iam_role.app.arn }" in file.read_text()


def test_a_reference_that_would_close_a_circle_is_written_as_what_it_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, KEY + GROUP)
    graph = planned(tmp_path)
    group = the(graph, "AWS::Logs::LogGroup")
    statement = {"Resource": Text(str(group.identity), (Ref(group.name),))}
    mend(graph, [Fix("allow it", the(graph, "AWS::KMS::Key").at(*STATEMENTS), append=statement)])
    assert '{ Resource = "/app/${var.environment}" }' in file.read_text()


ALONE: Mapping[str, tuple[str, str]] = {
    'resource "aws_kms_key" "main" {\n  policy = file("policy.json")\n}\n': (
        'the configuration works it out (`file("policy.json")`): change it there'
    ),
    'resource "aws_kms_key" "main" {\n  policy = "{\\"Statement\\": []}"\n}\n': (
        "the JSON stands in a quoted string: change it there"
    ),
    'resource "aws_kms_key" "main" {\n  policy = var.policy\n}\nvariable "policy" { default = "{}" }\n': (
        "the configuration works it out (`var.policy`): change it there"
    ),
    'locals {\n  p = jsonencode({ Statement = [] })\n}\nresource "aws_kms_key" "main" {\n  policy = local.p\n}\n'
    'resource "aws_kms_key" "other" {\n  policy = local.p\n}\n': (
        "`local.p` is used in other places too: change it there"
    ),
    'data "aws_iam_policy_document" "p" {}\nresource "aws_kms_key" "main" {\n'
    '  policy = data.aws_iam_policy_document.p.json\n}\nresource "aws_kms_key" "other" {\n'
    "  policy = data.aws_iam_policy_document.p.json\n}\n": (
        "`data.aws_iam_policy_document.p` is used in other places too: change it there"
    ),
}  # type: ignore[assignment]


@pytest.mark.parametrize(("text", "because"), ALONE.items())
def test_what_is_worked_out_is_left_alone(text: str, because: str, tmp_path: Path) -> None:
    said, told = changed(tmp_path, text, "AWS::KMS::Key", *STATEMENTS, append={"Sid": "new"})
    assert (said, len(told)) == ("", 1)
    assert told[0].endswith(f": not mended (mend it): {because}")


def test_a_module_is_mended_in_its_own_file_once_for_all_its_instances(tmp_path: Path) -> None:
    inner = tmp_path / "logs"
    inner.mkdir()
    file = written(inner, KEY + GROUP + CALLER)
    written(
        tmp_path,
        'module "a" {\n  source      = "./logs"\n  environment = "a"\n}\n'
        'module "b" {\n  source      = "./logs"\n  environment = "b"\n}\nprovider "aws" {\n  region = "us-east-1"\n}\n',
    )
    graph = planned(tmp_path)
    keys = [*graph.of_type("AWS::KMS::Key")]
    groups = [*graph.of_type("AWS::Logs::LogGroup")]
    fixes = [
        Fix("allow it", key.at(*STATEMENTS), append={"Sid": "logs", "Resource": str(group.arn)})
        for key, group in zip(keys, groups, strict=True)
    ]
    mend(graph, fixes)
    assert file.read_text().count('Sid      = "logs"') == 1
    for key, group in zip(planned(tmp_path).of_type("AWS::KMS::Key"), groups, strict=True):
        assert key.get(*STATEMENTS, 1, "Resource") == group.arn


def test_several_fixes_in_one_file_do_not_move_each_other(tmp_path: Path) -> None:
    file = written(tmp_path, KEY + GROUP + CALLER)
    graph = planned(tmp_path)
    key, group = the(graph, "AWS::KMS::Key"), the(graph, "AWS::Logs::LogGroup")
    told = mend(
        graph,
        [
            Fix("allow it", key.at(*STATEMENTS), append=logs(graph)),
            Fix("rotate it", key.at("EnableKeyRotation"), replace=True),
            Fix("keep it", group.at("RetentionInDays"), replace=30),
            Fix("allow more", key.at(*STATEMENTS), append={"Sid": "more"}),
        ],
    )
    assert [line.rpartition(": ")[2] for line in told] == ["rotate it", "allow more", "allow it", "keep it"]
    mended = planned(tmp_path)
    assert the(mended, "AWS::KMS::Key").get("EnableKeyRotation") is True
    assert [each["Sid"] for each in the(mended, "AWS::KMS::Key").get(*STATEMENTS)] == ["root", "logs", "more"]  # type: ignore[union-attr,index,call-overload]
    assert the(mended, "AWS::Logs::LogGroup").get("RetentionInDays") == 30
    assert file.read_text().startswith(KEY.partition("      {")[0])


PLANS = {
    "plan.json": """{"format_version": "1.2", "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": [{"address": "aws_kms_key.main", "mode": "managed",
            "type": "aws_kms_key", "name": "main", "values": {"description": "keys"}}]}},
        "configuration": {"root_module": {"resources": [{"address": "aws_kms_key.main", "mode": "managed",
            "type": "aws_kms_key", "name": "main", "expressions": {"description": {"constant_value": "keys"}}}]}}}""",
    "state.json": """{"version": 3, "deployment": {"resources": [{"urn": "urn:pulumi:dev::app::aws:kms/key:Key::main",
        "type": "aws:kms/key:Key", "custom": true, "inputs": {"description": "keys"}}]}}""",
}


@pytest.mark.parametrize("name", PLANS)
def test_what_is_only_told_of_a_program_is_not_edited_and_no_edit_is_promised(name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(PLANS[name])
    told = keyturn("check", "--fix", "--fail-on", "weak", str(file))
    assert "[kms-key-not-rotated]" in told.stdout
    assert "  hint: rotate it every year\n" in told.stdout
    assert told.stderr.count("\n") == 1
    assert "not mended (rotate it every year): " in told.stderr
    assert file.read_text() == PLANS[name]


def keyturn(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "keyturn", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
