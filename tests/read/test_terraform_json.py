"""Terraform's configurations in JSON are read as those in HCL are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keyturn.graph import Graph, Value
from keyturn.read import Unreadable, discover, read

HCL = """
variable "names" {
  type    = list(string)
  default = ["$${a}", "b"]
}
locals {
  condition = { provider = "aws", type = "x" }
}
provider "aws" { region = "eu-west-1" }
provider "aws" {
  alias  = "west"
  region = "us-west-2"
  default_tags { tags = { owner = "us" } }
}
data "aws_caller_identity" "me" {}
data "aws_iam_policy_document" "key" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"]
    }
  }
}
resource "aws_kms_key" "k" {
  policy              = data.aws_iam_policy_document.key.json
  enable_key_rotation = true
  lifecycle { prevent_destroy = true }
}
resource "aws_cloudwatch_log_group" "g" {
  count      = length(var.names)
  name       = "/g/${local.condition.type}/${count.index}"
  kms_key_id = aws_kms_key.k.arn
  depends_on = [aws_sns_topic.t]
}
resource "aws_sns_topic" "t" {
  provider = aws.west
  name     = var.names[0]
}
resource "aws_security_group" "s" {
  dynamic "ingress" {
    for_each = { a = 1, b = 2 }
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
module "m" {
  source    = "./m"
  providers = { aws = aws.west }
}
output "arn" { value = aws_kms_key.k.arn }
"""
JSON: dict[str, Any] = {
    "//": {"metadata": "of CDKTF"},
    "terraform": {"backend": {"local": {}}},
    "variable": {"names": {"type": "list(string)", "default": ["${a}", "b"]}},
    "locals": {"condition": {"provider": "aws", "type": "x"}},
    "provider": {
        "aws": [
            {"region": "eu-west-1"},
            {"alias": "west", "region": "us-west-2", "default_tags": [{"tags": {"owner": "us"}}]},
        ]
    },
    "data": {
        "aws_caller_identity": {"me": {}},
        "aws_iam_policy_document": {
            "key": {
                "statement": [
                    {
                        "actions": ["kms:*"],
                        "resources": ["*"],
                        "principals": [
                            {
                                "type": "AWS",
                                "identifiers": ["arn:aws:iam::${data.aws_caller_identity.me.account_id}:root"],
                            }
                        ],
                    }
                ]
            }
        },
    },
    "resource": [
        {
            "aws_kms_key": {
                "k": {
                    "//": {"path": "stack/k"},
                    "policy": "${data.aws_iam_policy_document.key.json}",
                    "enable_key_rotation": True,
                    "lifecycle": {"prevent_destroy": True},
                }
            },
            "aws_cloudwatch_log_group": {
                "g": {
                    "count": "${length(var.names)}",
                    "name": "/g/${local.condition.type}/${count.index}",
                    "kms_key_id": "${aws_kms_key.k.arn}",
                    "depends_on": ["aws_sns_topic.t"],
                }
            },
        },
        {"aws_sns_topic": {"t": [{"provider": "aws.west", "name": "${var.names[0]}"}]}},
        {
            "aws_security_group": {
                "s": {
                    "dynamic": {
                        "ingress": {
                            "for_each": {"a": 1, "b": 2},
                            "iterator": "port",
                            "content": {
                                "from_port": "${port.value}",
                                "to_port": "${port.value}",
                                "protocol": "tcp",
                                "cidr_blocks": ["10.0.0.0/8"],
                            },
                        }
                    },
                    "egress": {"from_port": 0, "to_port": 0, "protocol": "-1", "cidr_blocks": ["0.0.0.0/0"]},
                }
            }
        },
    ],
    "module": {"m": {"source": "./m", "providers": {"aws": "aws.west"}}},
    "output": {"arn": {"value": "${aws_kms_key.k.arn}"}},
}


def graph(folder: Path, name: str, text: str) -> Graph:
    (folder / "m").mkdir(parents=True)
    (folder / "m" / "inner.tf.json").write_text('{"resource": {"aws_kms_key": {"inner": {}}}}')
    (folder / name).write_text(text)
    (program,) = discover(str(folder))
    (read_,) = read(program)
    return read_


def told(world: Graph) -> Value:
    return {
        str(each): (each.type, each.properties, each.identity, each.region, each.depends_on, dict(each.metadata))
        for each in world
    }


def test_json_says_what_hcl_says(tmp_path: Path) -> None:
    of_hcl, of_json = graph(tmp_path / "a", "main.tf", HCL), graph(tmp_path / "b", "cdk.tf.json", json.dumps(JSON))
    assert told(of_json) == told(of_hcl)
    assert len(told(of_hcl)) == 6  # type: ignore[arg-type]
    assert not of_json.remarks
    assert of_json.outputs == of_hcl.outputs


def test_findings_point_at_the_key(tmp_path: Path) -> None:
    world = graph(tmp_path, "x.tf.json", json.dumps(JSON, indent=1))
    by = {str(each): each for each in world}
    lines = (tmp_path / "x.tf.json").read_text().split("\n")
    for resource, path, key in (
        ("aws_cloudwatch_log_group.g[0]", ("KmsKeyId",), '"kms_key_id"'),
        ("aws_kms_key.k", ("KeyPolicy",), '"policy"'),
        ("aws_security_group.s", ("SecurityGroupEgress", 0, "IpProtocol"), '"egress": {'),
        ("aws_sns_topic.t", (), "{"),
    ):
        place = by[resource].at(*path).place
        assert lines[place.line - 1][place.column - 1 :].startswith(key), resource


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("[]", "1:1: not Terraform's JSON: an object is wanted"),
        (
            '{"resource": {"aws_kms_key": {\n "k": 5}}}',
            "2:2: not Terraform's JSON: `resource aws_kms_key k` is not an object",
        ),
        ('{"locals": {"a":\n"${1 +}"}}', "1:13: not Terraform's JSON: an expression is missing"),
        ('{"resource": }', "1:14: not JSON: expecting value"),
        ('{"locals": {"a": ' + "[" * 90_000, "nested too deep"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, text: str, because: str) -> None:
    (tmp_path / "x.tf.json").write_text(text)
    with pytest.raises(Unreadable) as refused:
        read(str(tmp_path))
    assert because in refused.value.because


def test_a_key_that_is_given_twice_is_told(tmp_path: Path) -> None:
    world = graph(
        tmp_path,
        "x.tf.json",
        '{"locals": {"a": 1, "a": 2}, "output": {"a": {"value": "${local.a}"}}, "module": {"m": {"source": "./m"}}}',
    )
    assert world.outputs["a"].value == 2
    assert [remark.text for remark in world.remarks] == ["`a` is given twice; the last one counts"]
