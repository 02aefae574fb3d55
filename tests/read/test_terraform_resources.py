"""Resources that a Terraform configuration hands about, in locals, variables, outputs and loops; functions, as Terraform 1.11 has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keyturn.graph import Graph, Unknown
from keyturn.read import read

MODULE = """
variable "vpc" { type = object({ id = string, cidr_block = string }) }
variable "keys" { type = number }
resource "aws_kms_key" "k" {
  count       = var.keys
  description = "in ${var.vpc.cidr_block}"
}
output "keys" { value = aws_kms_key.k }
output "vpc" { value = var.vpc }
"""
ROOT = """
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "named" {
  for_each          = { a = 1, b = 2 }
  vpc_id            = module.one.vpc.id
  cidr_block        = "10.0.${each.value}.0/24"
  availability_zone = "us-east-1${each.key}"
}
resource "aws_subnet" "counted" {
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.1${count.index}.0/24"
}
locals {
  subnets = var.counted ? aws_subnet.counted : values(aws_subnet.named)
  chosen  = { a = aws_subnet.named["a"], last = aws_subnet.counted[1] }
}
variable "counted" { default = false }
module "one" {
  source = "./m"
  vpc    = aws_vpc.main
  keys   = 2
}
module "each" {
  source   = "./m"
  for_each = toset(["x", "y"])
  vpc      = aws_vpc.main
  keys     = 1
}
resource "aws_db_subnet_group" "values" { subnet_ids = values(aws_subnet.named)[*].id }
resource "aws_db_subnet_group" "local" { subnet_ids = [for s in local.subnets : s.id] }
resource "aws_db_subnet_group" "chosen" { subnet_ids = [local.chosen.a.id, element(aws_subnet.counted, 3).id] }
resource "aws_db_subnet_group" "both" { subnet_ids = flatten([aws_subnet.counted, values(aws_subnet.named)])[*].id }
resource "aws_cloudwatch_log_group" "of_module" {
  count      = length(module.one.keys)
  kms_key_id = try(module.one.keys[5], module.one.keys[count.index]).arn
}
resource "aws_cloudwatch_log_group" "chained" {
  for_each   = { for name, m in module.each : name => m.keys[0] }
  kms_key_id = each.value.arn
}
resource "aws_cloudwatch_log_group" "in_zone" {
  for_each   = aws_subnet.named
  name       = each.value.availability_zone
}
resource "aws_security_group" "s" {
  dynamic "ingress" {
    for_each = aws_subnet.counted
    content {
      from_port   = 3306
      to_port     = 3306
      protocol    = "tcp"
      cidr_blocks = [ingress.value.cidr_block]
    }
  }
}
output "all" { value = values(module.each)[*].vpc }
"""


def written(folder: Path, text: str, module: str = MODULE) -> Graph:
    (folder / "m").mkdir()
    (folder / "m" / "main.tf").write_text(module)
    (folder / "main.tf").write_text(text)
    (graph,) = read(str(folder))
    return graph


def test_resources_are_handed_about(tmp_path: Path) -> None:
    graph = written(tmp_path, ROOT)
    by = {str(each): each for each in graph}
    named, counted = (
        [by[f"aws_subnet.{each}"] for each in names]
        for names in (('named["a"]', 'named["b"]'), ("counted[0]", "counted[1]"))
    )
    a, b, first, last = (each.identity for each in (*named, *counted))
    wanted = {"values": (a, b), "local": (a, b), "chosen": (a, last), "both": (first, last, a, b)}
    assert {name: by[f"aws_db_subnet_group.{name}"].get("SubnetIds") for name in wanted} == wanted
    assert by['aws_subnet.named["b"]'].get("VpcId") == by["aws_vpc.main"].identity
    assert by["module.one.aws_kms_key.k[1]"].get("Description") == "in 10.0.0.0/16"
    for group, key in (
        ("aws_cloudwatch_log_group.of_module[1]", "module.one.aws_kms_key.k[1]"),
        ('aws_cloudwatch_log_group.chained["y"]', 'module.each["y"].aws_kms_key.k[0]'),
    ):
        assert graph.follow(by[group], "KmsKeyId") is by[key]
    assert by['aws_cloudwatch_log_group.in_zone["a"]'].get("LogGroupName") == "us-east-1a"
    assert by["aws_security_group.s"].get("SecurityGroupIngress", 1, "CidrIp") == "10.0.11.0/24"
    assert graph.outputs["all"].value == (by["aws_vpc.main"].identity,) * 2
    assert not graph.remarks


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("[-7 % 3, 7 % -3]", [-1, 1]),
        ("{a = 1}[*]", [{"a": 1}]),
        ('lookup({a = null}, "a", 2)', None),
        ("range(3, 1)", [3, 2]),
        ("range(5, 1, -2)", [5, 3]),
        ("log(16, 2)", 4),
        ('jsonencode({b = 1, a = [true, null, "x<y"]})', '{"a":[true,null,"x\\u003cy"],"b":1}'),
        ('cidrsubnet("10.1.2.3/16", 8, 2)', "10.1.2.0/24"),
        ('csvdecode("a,b\\n1,2")', [{"a": "1", "b": "2"}]),
        ('matchkeys(["i1", "i2"], ["a", "b"], ["b"])', ["i2"]),
        ('substr(sha512("a"), 0, 8)', "1f40fc92"),
        ('yamldecode("a: 1\\nb: [x, {c: no}]")', {"a": 1, "b": ["x", {"c": False}]}),
        ('yamldecode(file("m/c.yaml"))[0].name', "cpu"),
        ('fileset(path.module, "m/*.yaml")', ["m/c.yaml"]),
        ('fileset(path.module, "**/*.{yaml,json}")', ["m/c.yaml"]),
        ('fileset("/", "/etc/*")', None),
        ('fileset("..", "../**")', None),
        ('fileset(path.module, "")', None),
        ('yamldecode("[")', None),
        ('csvdecode("a\\n\\"x")', None),
    ],
)
def test_functions_give_what_terraform_gives(tmp_path: Path, expression: str, wanted: Any) -> None:
    """A None that Terraform refuses is unknown here, and told of; nothing ends in an error of Python's."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "c.yaml").write_text("- name: cpu\n")
    (tmp_path / "main.tf").write_text(f'output "x" {{\n  value = jsonencode({expression})\n}}\n')
    (graph,) = read(str(tmp_path))
    value = graph.outputs["x"].value
    assert (json.loads(value) if isinstance(value, str) else None) == wanted


def test_a_provider_decides_the_account_and_gives_tags(tmp_path: Path) -> None:
    graph = written(
        tmp_path,
        """
        locals { tags = merge({ owner = "us", env = "dev" }, try(var.extra.tags, {})) }
        variable "extra" { default = null }
        provider "aws" {
          region              = "eu-west-1"
          allowed_account_ids = ["111111111111"]
          default_tags { tags = local.tags }
        }
        provider "aws" {
          alias = "logs"
          assume_role { role_arn = "arn:aws:iam::222222222222:role/deploy" }
        }
        resource "aws_kms_key" "a" { tags = { env = "prod" } }
        resource "aws_kms_key" "b" { provider = aws.logs }
        resource "aws_kms_alias" "c" {
          name          = "alias/c"
          target_key_id = aws_kms_key.a.id
        }
        module "m" {
          source    = "./m"
          providers = { aws = aws.logs }
        }
        module "n" { source = "./m" }
        """,
        'resource "aws_kms_key" "k" {}',
    )
    by = {str(each): each for each in graph}
    assert by["aws_kms_key.a"].get("Tags") == ({"Key": "owner", "Value": "us"}, {"Key": "env", "Value": "prod"})
    assert [by[f"module.{name}.aws_kms_key.k"].get("Tags", 0, "Value") for name in "mn"] == [None, "us"]
    assert {name: (each.account, each.region) for name, each in by.items()} == {
        "aws_kms_key.a": ("111111111111", "eu-west-1"),
        "aws_kms_key.b": ("222222222222", "us-east-1"),
        "aws_kms_alias.c": ("111111111111", "eu-west-1"),
        "module.m.aws_kms_key.k": ("222222222222", "us-east-1"),
        "module.n.aws_kms_key.k": ("111111111111", "eu-west-1"),
    }
    assert not graph.remarks


@pytest.mark.parametrize(
    "expression", ["local.a39", "flatten(local.a39)", "jsonencode(local.a39)", "local.a39 == local.a39"]
)
def test_a_value_that_doubles_with_every_step_comes_to_an_end(tmp_path: Path, expression: str) -> None:
    steps = "".join(f"  a{number} = [local.a{number - 1}, local.a{number - 1}]\n" for number in range(1, 40))
    (tmp_path / "main.tf").write_text(f'locals {{\n  a0 = [1]\n{steps}}}\noutput "x" {{\n  value = {expression}\n}}\n')
    (graph,) = read(str(tmp_path))
    value = graph.outputs["x"].value
    assert isinstance(value, Unknown)
    assert "a value of more than 200,000 parts" in value.because


def test_of_how_many_there_are_is_not_known_one_stands_for_all(tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text('output "word" { value = "told" }')
    (tmp_path / "main.tf").write_text(
        """
variable "on" { type = bool }
resource "aws_kms_key" "k" { count = var.on ? 1 : 0 }
module "m" {
  source = "./m"
  count  = var.on ? 1 : 0
}
resource "aws_cloudwatch_log_group" "g" {
  count      = var.on ? 1 : 0
  kms_key_id = aws_kms_key.k[count.index].arn
}
output "first" { value = aws_kms_key.k[0].arn }
output "word" { value = module.m[0].word }
output "keys" { value = length(aws_kms_key.k) }
output "modules" { value = length(module.m) == 1 }
"""
    )
    (graph,) = read(str(tmp_path))
    key = graph.resources["KmsKeyK"]
    assert graph.resources["CloudwatchLogGroupG"].get("KmsKeyId") == graph.outputs["first"].value == key.arn
    assert graph.outputs["word"].value == "told"
    because = Unknown("`length`: how many there are is not known before deployment")
    assert graph.outputs["keys"].value == graph.outputs["modules"].value == because


@pytest.mark.parametrize("named", ["live", "."])
def test_paths_are_those_of_the_folder_that_terraform_runs_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    """However the configuration is named, relative or from within: files are found, and `path.cwd` ends with its folder."""
    live, module = tmp_path / "live", tmp_path / "modules" / "role"
    for folder in (live, module):
        folder.mkdir(parents=True)
        (folder / "trust.json").write_text('{"Version": "2012-10-17", "Statement": []}')
    (live / "main.tf").write_text(
        """
locals { name = "ex-${basename(path.cwd)}" }
resource "aws_iam_role" "own" {
  name               = local.name
  assume_role_policy = file("${path.module}/trust.json")
}
module "role" { source = "../modules/role" }
"""
    )
    (module / "main.tf").write_text(
        """
resource "aws_iam_role" "inner" {
  name               = basename(path.module)
  assume_role_policy = file("${path.module}/trust.json")
  description        = file("${path.root}/trust.json")
}
"""
    )
    monkeypatch.chdir(tmp_path if named == "live" else live)
    (graph,) = read(named)
    own, inner = graph.resources["IamRoleOwn"], graph.resources["RoleIamRoleInner"]
    assert own.get("RoleName") == "ex-live"
    assert inner.get("RoleName") == "role"
    assert own.get("AssumeRolePolicyDocument", "Statement") == inner.get("AssumeRolePolicyDocument", "Statement") == ()
    assert isinstance(inner.get("Description"), str)
    assert inner.place.file == ("modules/role/main.tf" if named == "live" else "../modules/role/main.tf")
