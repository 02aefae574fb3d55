"""Which files of a folder Terraform and OpenTofu read, in which order, and what one says of what another declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.graph import Graph, Resource, Unknown
from keyturn.read import Unreadable, read

DATABASE = 'resource "aws_db_instance" "db" {\n  engine = "mysql"\n  storage_encrypted = false\n}\n'
QUEUE = 'resource "aws_sqs_queue" "q" { name = var.name }\nvariable "name" { default = "own" }\n'


def graph(folder: Path, **files: str) -> Graph:
    for name, text in files.items():
        (folder / name.replace("__", ".").lstrip("_")).write_text(text)
    (made,) = read(str(folder))
    return made


def only(folder: Path, **files: str) -> Resource:
    (resource,) = graph(folder, **files)
    return resource


def test_an_override_completes_what_is_declared_and_is_where_a_finding_points(tmp_path: Path) -> None:
    over = '\nresource "aws_db_instance" "db" {\n  storage_encrypted = true\n}\n'
    resource = only(tmp_path, main__tf=DATABASE, a_override__tf=over, override__tf__json='{"locals": {"x": 1}}')
    assert dict(resource.properties) == {"Engine": "mysql", "StorageEncrypted": True}
    assert str(resource.at("StorageEncrypted").place) == f"{tmp_path}/a_override.tf:3:3"
    assert str(resource.at("Engine").place) == f"{tmp_path}/main.tf:2:3"
    assert str(resource.place) == f"{tmp_path}/main.tf:1:1"


def test_later_overrides_win_and_complete_all_kinds_of_blocks(tmp_path: Path) -> None:
    resource = only(
        tmp_path,
        main__tf=QUEUE + 'provider "aws" { region = "eu-west-1" }\nlocals { x = 1 }\n',
        a_override__tf='variable "name" { default = "a" }\nprovider "aws" { region = "eu-west-2" }\n',
        b_override__tf='variable "name" { default = "b${local.x}" }\nlocals { x = 2 }\n',
    )
    assert resource.get("QueueName") == "b2"
    assert resource.region == "eu-west-2"


def test_nested_blocks_are_replaced_by_type_but_lifecycle_is_completed(tmp_path: Path) -> None:
    rule = '%s { from_port = %d\n to_port = %d\n protocol = "tcp" }\n'
    own = rule % ("ingress", 1, 1) + rule % ("ingress", 2, 2) + rule % ("egress", 3, 3)
    over = 'dynamic "ingress" {\n for_each = [9]\n content { from_port = ingress.value\n to_port = 9\n protocol = "tcp" } }\n'
    resource = only(
        tmp_path,
        main__tf=f'resource "aws_security_group" "s" {{\n{own} lifecycle {{ prevent_destroy = true }}\n}}',
        override__tf=f'resource "aws_security_group" "s" {{\n{over} lifecycle {{ ignore_changes = [tags] }}\n}}',
    )
    assert [rule["FromPort"] for rule in resource.get("SecurityGroupIngress")] == [9]
    assert [rule["FromPort"] for rule in resource.get("SecurityGroupEgress")] == [3]
    assert resource.metadata.get("DeletionPolicy") == "Retain"


def test_an_override_of_what_is_not_declared_is_refused_as_terraform_does(tmp_path: Path) -> None:
    with pytest.raises(
        Unreadable, match=r"override\.tf: 1:1: it overrides resource `aws_db_instance.db`, which is not declared"
    ):
        graph(tmp_path, main__tf=QUEUE, override__tf=DATABASE)


def test_what_is_declared_twice_is_told_of(tmp_path: Path) -> None:
    remarks = graph(tmp_path, a__tf=DATABASE, b__tf=DATABASE).remarks
    assert [remark.text for remark in remarks][:1] == [
        "`aws_db_instance.db` is declared twice; the last one is looked at, but Terraform will refuse this"
    ]


def test_what_editors_leave_behind_and_tests_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "folder.tf").mkdir()
    for name in (".hidden.tf", "main.tf~", "#main.tf#", "main.tftest.hcl", "mocks.tfmock.hcl"):
        (tmp_path / name).write_text("{ not HCL")
    assert only(tmp_path, main__tf=QUEUE).get("QueueName") == "own"


def test_opentofu_reads_its_own_files_in_place_of_terraforms(tmp_path: Path) -> None:
    resource = only(
        tmp_path, main__tf="{ not HCL", main__tofu=QUEUE, over_override__tofu='variable "name" { default = "o" }'
    )
    assert resource.get("QueueName") == "o"
    assert resource.place.file.endswith("main.tofu")


def test_values_of_variables_win_by_the_names_of_their_files_in_both_languages(tmp_path: Path) -> None:
    files = {
        "terraform.tfvars": 'name = "1"',
        "terraform.tfvars.json": '{"name": "2"}',
        "a.auto.tfvars.json": '{"name": "3"}',
        "other.tfvars": 'name = "not read"',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert only(tmp_path, main__tf=QUEUE).get("QueueName") == "3"
    (tmp_path / "b.auto.tfvars").write_text('name = "4"')
    (tmp_path / "c.auto.tfvars.json").write_text('{"name": "5"}')
    assert only(tmp_path).get("QueueName") == "5"


@pytest.mark.parametrize("relative", [True, False])
def test_files_are_named_from_the_root_module_whichever_module_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, relative: bool
) -> None:
    named = 'resource "aws_sqs_queue" "%s" { name = "%s" }\n'
    for folder in ("root", "root/inner", "beside"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "own.txt").write_text(folder.replace("/", "-"))
    own = named % ("own", '${file("${path.module}/own.txt")}')
    (tmp_path / "root" / "main.tf").write_text(
        own + 'module "beside" { source = "../beside" }\nmodule "inner" { source = "./inner" }\n'
    )
    (tmp_path / "beside" / "main.tf").write_text(own + named % ("bare", '${file("own.txt")}'))
    (tmp_path / "root" / "inner" / "main.tf").write_text(own + named % ("path", "${path.module} ${path.root}"))
    monkeypatch.chdir(tmp_path)
    (made,) = read("root" if relative else str(tmp_path / "root"))
    assert {each.label: each.get("QueueName") for each in made} == {
        "aws_sqs_queue.own": "root",
        "module.beside.aws_sqs_queue.own": "beside",
        "module.beside.aws_sqs_queue.bare": "root",
        "module.inner.aws_sqs_queue.own": "root-inner",
        "module.inner.aws_sqs_queue.path": "inner .",
    }


def test_a_dynamic_block_has_the_number_of_a_lists_item_and_the_item_of_a_set(tmp_path: Path) -> None:
    block = """  dynamic "ingress" {
    for_each = %s
    content {
      from_port = 80
      to_port   = 80
      protocol  = "tcp"
      cidr_blocks = ["10.0.${ingress.key}.0/24"]
    }
  }
"""
    collections = ('["7", "8"]', 'toset(["7", "8"])', "var.set", '{ 3 = "x" }')
    text = "".join(
        f'resource "aws_security_group" "s{number}" {{\n{block % each}}}\n' for number, each in enumerate(collections)
    )
    variable = 'variable "set" {\n  type = set(string)\n  default = ["9", "9"]\n}\n'
    made = graph(tmp_path, main__tf=text + variable + 'output "o" { value = { for k, v in toset(["a"]) : k => v } }')
    assert [[rule["CidrIp"] for rule in each.get("SecurityGroupIngress")] for each in made] == [
        ["10.0.0.0/24", "10.0.1.0/24"],
        ["10.0.7.0/24", "10.0.8.0/24"],
        ["10.0.9.0/24"],
        ["10.0.3.0/24"],
    ]
    assert made.outputs["o"].value == {"a": "a"}
    assert {each.get("GroupDescription") for each in made} == {"Managed by Terraform"}


def test_what_is_ephemeral_is_unknown_and_says_so(tmp_path: Path) -> None:
    resource = only(
        tmp_path,
        main__tf="""
ephemeral "random_password" "p" { length = 20 }
check "c" {
  data "aws_sqs_queue" "d" { name = "x" }
  assert {
    condition     = data.aws_sqs_queue.d.arn != ""
    error_message = "no"
  }
}
moved {
  from = aws_db_instance.old
  to   = aws_db_instance.db
}
removed { from = aws_sqs_queue.gone }
import {
  to = aws_db_instance.db
  id = "db"
}
resource "aws_db_instance" "db" {
  engine              = "mysql"
  password_wo         = ephemeral.random_password.p.result
  password_wo_version = 1
}
""",
    )
    value = resource.get("MasterUserPassword")
    assert isinstance(value, Unknown)
    assert value.because == "ephemeral.random_password.p is there only while Terraform runs"
