"""Terraform configurations become planned worlds."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.graph import Graph, Place, Ref, Unknown
from keyturn.read import Options, Unreadable, discover, read
from keyturn.read.pulumi.marks import Marks
from keyturn.read.resolve import references
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import Budget, Evaluator
from keyturn.read.terraform.hcl.functions import functions
from keyturn.read.terraform.hcl.parser import Parser, parse


def value(expression: str, **names: Any) -> Any:
    parser = Parser(expression)
    tree = parser.expression()
    parser.skip(lines=True)
    if parser.at < len(expression):
        raise HclError("there is more")
    marks = Marks()
    evaluator = Evaluator(
        names, marks, functions(Path(__file__).parent, lambda inner: Evaluator(inner, marks, {}, Budget())), Budget()
    )
    return marks.read(evaluator.value(tree)) if "unknown" in names else evaluator.value(tree)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("1 + 2 * 3 - 4 / 2", 5),
        ("(1 + 2) * 3 % 4", 1),
        ("-2 < 1 && !false || x", True),
        ('1 == 1 ? "a" : "b"', "a"),
        ("true ? false ? 1 : 2 : 3", 2),
        ('"a${1 + 1}b${"c${"d"}"}"', "a2bcd"),
        (r'"\"\\\n\t\u00e9 $${x} %%{y} $ %"', '"\\\n\té ${x} %{y} $ %'),
        ('"${[1, 2]}"', [1, 2]),
        ('"%{ if true }yes%{ else }no%{ endif }"', "yes"),
        ('"%{ for k, v in {b = 2, a = 1} }${k}${v},%{ endfor }"', "a1,b2,"),
        ('"a ${~ "b" ~} c"', "abc"),
        ("<<EOT\n one\n ${1}\nEOT", " one\n 1\n"),
        ("<<-EOT\n    one\n      two\n    EOT", "one\n  two\n"),
        ('[1, "a", [true], null,]', [1, "a", [True], None]),
        ('{a = 1, "b" : 2\n (format("%s", "c")) = 3 }', {"a": 1, "b": 2, "c": 3}),
        ("[for x in [1, 2, 3] : x * 2 if x != 2]", [2, 6]),
        ("{for k, v in {a = 1} : upper(k) => v}", {"A": 1}),
        ('{for x in ["a", "a", "b"] : x => 1...}', {"a": [1, 1], "b": [1]}),
        ('[for i, x in ["a"] : "${i}${x}"]', ["0a"]),
        ("[{a = 1}, {a = 2}][*].a", [1, 2]),
        ("[{a = [5]}, {a = [6]}].*.a[1]", [6]),
        ("[{a = [5]}, {a = [6]}][*].a[0]", [5, 6]),
        ("{a = {b = [7]}}.a.b[0]", 7),
        ('{"x y" = 1}["x y"]', 1),
        ("max([1, 3]...)", 3),
        ("1 # one\n", 1),
        ("/* a */ 1 // b\n", 1),
        ("try(nothing.at.all, missing(), 5)", None),
        ("try({}.a, 5)", 5),
        ("can({}.a)", False),
        ("1e3", 1000.0),
        ("5 / 2", 2.5),
        ('"${2.0}"', 2),
        ('"${2.0}x"', "2x"),
        ('1 == "1"', False),
    ],
)
def test_expressions(expression: str, wanted: Any) -> None:
    if wanted is None:
        assert value(expression, unknown=True) == Unknown("`nothing` is not known here")
    else:
        assert value(expression) == wanted


@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ('join("-", ["a", 1, true])', "a-1-true"),
        ('split(",", "a,b")', ["a", "b"]),
        ('format("%s-%03d-%q-%5.1f%%", "a", 7, "b", 1.25)', 'a-007-"b"-  1.2%'),
        ('formatlist("%s!", ["a", "b"])', ["a!", "b!"]),
        ("merge({a = 1}, {a = 2, b = 3})", {"a": 2, "b": 3}),
        ('lookup({a = 1}, "b", 5)', 5),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ('distinct(["a", "b", "a"])', ["a", "b"]),
        ('toset(["b", "a", "b"])', ["a", "b"]),
        ("element([1, 2], 3)", 2),
        ('coalesce("", null, "a")', "a"),
        ('compact(["", "a", null])', ["a"]),
        ("keys({b = 1, a = 2})", ["a", "b"]),
        ("values({b = 1, a = 2})", [2, 1]),
        ('zipmap(["a"], [1])', {"a": 1}),
        ('contains(["a"], "a")', True),
        ('cidrsubnet("10.0.0.0/16", 8, 2)', "10.0.2.0/24"),
        ('cidrsubnets("10.0.0.0/16", 4, 8, 8)', ["10.0.0.0/20", "10.0.16.0/24", "10.0.17.0/24"]),
        ('cidrhost("10.0.0.0/24", 5)', "10.0.0.5"),
        ('cidrnetmask("10.0.0.0/20")', "255.255.240.0"),
        ('jsonencode({a = [1, "x"]})', '{"a":[1,"x"]}'),
        ('jsondecode("{\\"a\\": 1}").a', 1),
        ('base64encode("a")', "YQ=="),
        ('replace("a.b", ".", "-")', "a-b"),
        ('replace("a1b2", "/[0-9]/", "")', "ab"),
        ('regex("^(\\\\w+)-", "abc-d")', ["abc"]),
        ('substr("hello", 1, 3)', "ell"),
        ('substr("hello", -2, -1)', "lo"),
        ('title("hello world")', "Hello World"),
        ('trimprefix("abc", "a")', "bc"),
        ("range(1, 4)", [1, 2, 3]),
        ("slice([1, 2, 3], 1, 3)", [2, 3]),
        ("chunklist([1, 2, 3], 2)", [[1, 2], [3]]),
        ('setproduct(["a"], [1, 2])', [["a", 1], ["a", 2]]),
        ('setsubtract(["a", "b"], ["a"])', ["b"]),
        ("sum([1, 2.5])", 3.5),
        ('tonumber("5")', 5),
        ('tobool("true")', True),
        ("length({a = 1})", 1),
        ('startswith("abc", "ab")', True),
        ('one(["a"])', "a"),
        ('sort(["b", "a"])', ["a", "b"]),
        ('index(["a", "b"], "b")', 1),
        ("abs(-3)", 3),
        ("ceil(1.2)", 2),
        ('parseint("ff", 16)', 255),
        ('md5("a")', "0cc175b9c0f1b6a831c399e269772661"),
        ('fileexists("none")', False),
    ],
)
def test_functions(call: str, wanted: Any) -> None:
    assert value(call) == wanted


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("[1][5]", "index 5 of a list of 1"),
        ("{}.a", "there is no `a` in it"),
        ("1 / 0", "a division by zero"),
        ("1 + true", "a number is wanted"),
        ('1 ? "a" : "b"', "true or false is wanted"),
        ('"${{}}"', ""),
        ('file("none")', "the file none cannot be read"),
        ('cidrsubnet("10.0.0.0/30", 8, 0)', "10.0.0.0/30 does not hold it"),
        ('cidrsubnet("x", 8, 0)', "`cidrsubnet`: 'x' does not appear to be an IPv4 or IPv6 network"),
        ('regex("(a+)+$", "aaaa")', "a pattern that may take for ever"),
        ("range(100000)", "more than 1024 values"),
        ('format("%9999s", "a")', "a width of thousands"),
        (
            'jsondecode("{")',
            "`jsondecode`: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        ("upper()", "`upper`: "),
        ("[for a in range(1000) : [for b in range(1000) : b]]", "working it out takes more than 200,000 steps"),
    ],
)
def test_what_terraform_would_refuse_says_why(expression: str, because: str) -> None:
    if not because:
        assert value(expression) == {}
        return
    with pytest.raises(HclError) as refused:
        value(expression)
    assert refused.value.because.startswith(because)


@pytest.mark.parametrize(
    ("text", "because", "offset"),
    [
        ("a = ", "an expression is missing", 4),
        ("a = 1 b = 2", "a line break is missing before `b`", 6),
        ("a {", "a block is not closed", 3),
        ('a = "x', "a string is not closed", 6),
        ('a = "x\ny"', "a string is not closed on its line", 6),
        ("a = <<EOT\nx\n", "`<<EOT` is not closed", 4),
        ("a = [1, 2", "`]` is missing", 9),
        ("a = {b 1}", "`=` is missing in an object", 7),
        ("= 1", "an argument or a block is missing", 0),
        ('a = "${1"', "`}` is missing", 8),
        ('a = "%{ if true }x"', "`%{ endif }` is missing", 18),
        ('a = "\\q"', "`\\q` is no escape", 5),
        ("a = " + "(" * 500, "nested too deep", None),
        ("a {" * 500, "nested too deep", None),
        ("a = " + "9" * 5000, "a number of thousands of digits", None),
    ],
)
def test_what_is_not_hcl_says_where(text: str, because: str, offset: int | None) -> None:
    with pytest.raises(HclError) as refused:
        parse(text)
    assert refused.value.because == because
    assert offset is None or refused.value.offset == offset


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text('ab ={}[]()"\n${}%<>-.,:?!&|*~#/\\1', max_size=60)))
def test_any_text_is_hcl_or_not(text: str) -> None:
    with contextlib.suppress(HclError):
        parse(text)
    with contextlib.suppress(HclError):
        value(f'"{text}"', unknown=True)


MAIN = """provider "aws" {
  region = var.region
}
variable "region" { default = "eu-west-1" }
variable "env" { type = string }
variable "count_of" {
  type    = number
  default = "2"
}
data "aws_caller_identity" "me" {}
locals {
  name = "app-${var.env}"
}
resource "aws_kms_key" "logs" {
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" } }
    ]
  })
  tags = { Name = local.name }
}
resource "aws_subnet" "private" {
  count      = var.count_of
  vpc_id     = aws_vpc.main.id
  cidr_block = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
}
resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_db_subnet_group" "db" {
  subnet_ids = aws_subnet.private[*].id
}
resource "aws_security_group" "db" {
  vpc_id = aws_vpc.main.id
  dynamic "ingress" {
    for_each = [3306]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["10.0.0.0/8"]
    }
  }
}
module "logs" {
  source   = "./modules/logs"
  for_each = { a = 1, b = 3 }
  name     = "${local.name}-${each.key}"
  settings = { days = each.value }
  key      = aws_kms_key.logs.arn
}
output "groups" { value = [for name, logs in module.logs : logs.arn] }
"""
INNER = """variable "name" {}
variable "settings" { type = object({ days = number, kind = optional(string, "standard") }) }
variable "key" {}
resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}-${var.settings.kind}"
  retention_in_days = var.settings.days
  kms_key_id        = var.key
  lifecycle { prevent_destroy = true }
}
output "arn" { value = aws_cloudwatch_log_group.this.arn }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "modules" / "logs").mkdir(parents=True)
    (tmp_path / "main.tf").write_text(MAIN)
    (tmp_path / "modules" / "logs" / "main.tf").write_text(INNER)
    (tmp_path / "terraform.tfvars").write_text('env = "dev"\n')
    return tmp_path


def planned(folder: Path, **parameters: str) -> Graph:
    (graph,) = read(str(folder), Options(parameters=parameters))
    return graph


def test_a_configuration_is_worked_out(folder: Path) -> None:
    graph = planned(folder)
    key, group = graph.resources["KmsKeyLogs"], graph.resources["LogsBCloudwatchLogGroupThis"]
    assert (graph.dialect, graph.region) == ("terraform", "eu-west-1")
    assert key.get("KeyPolicy", "Statement", 0, "Principal", "AWS") == "arn:aws:iam::123456789012:root"
    assert key.get("Tags") == ({"Key": "Name", "Value": "app-dev"},)
    assert group.properties == {
        "LogGroupName": "/aws/lambda/app-dev-b-standard",
        "RetentionInDays": 3,
        "KmsKeyId": key.arn,
    }
    assert list(references(group.get("KmsKeyId"))) == [Ref("KmsKeyLogs", "Arn")]
    assert str(group) == 'module.logs["b"].aws_cloudwatch_log_group.this'
    assert group.metadata["DeletionPolicy"] == "Retain"
    assert graph.resources["SubnetPrivate1"].get("CidrBlock") == "10.0.1.0/24"
    subnets = [graph.resources[f"SubnetPrivate{number}"].identity for number in range(2)]
    assert graph.resources["DbSubnetGroupDb"].get("SubnetIds") == tuple(subnets)
    assert graph.resources["SecurityGroupDb"].get("SecurityGroupIngress", 0, "FromPort") == 3306
    assert graph.outputs["groups"].value == tuple(
        f"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/app-dev-{name}-standard" for name in "ab"
    )


def test_every_argument_has_its_place(folder: Path) -> None:
    graph = planned(folder)
    key, group = graph.resources["KmsKeyLogs"], graph.resources["LogsACloudwatchLogGroupThis"]
    main = str(folder / "main.tf")
    assert key.place == Place(main, 14, 1)
    assert key.at("KeyPolicy").place == Place(main, 15, 3)
    assert key.at("KeyPolicy", "Statement", 0, "Principal", "AWS").place == Place(main, 17, 41)
    assert group.at("RetentionInDays").place == Place(str(folder / "modules" / "logs" / "main.tf"), 6, 3)
    assert graph.resources["SecurityGroupDb"].at("SecurityGroupIngress", 0, "FromPort").place == Place(main, 38, 7)


def test_what_is_given_stands_before_files_and_defaults(folder: Path) -> None:
    graph = planned(folder, env="prod", count_of="3")
    assert graph.resources["SubnetPrivate2"].get("CidrBlock") == "10.0.2.0/24"
    assert graph.resources["LogsACloudwatchLogGroupThis"].identity == "/aws/lambda/app-prod-a-standard"
    (folder / "x.auto.tfvars.json").write_text(json.dumps({"env": "test"}))
    assert planned(folder).resources["LogsACloudwatchLogGroupThis"].identity == "/aws/lambda/app-test-a-standard"


def config(folder: Path, text: str) -> Graph:
    (folder / "main.tf").write_text(text)
    return planned(folder)


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ("var.later", "var.later is not given and has no default"),
        ('"a-${var.later}"', "var.later is not given and has no default"),
        ("var.secret", "var.secret is sensitive"),
        ("var.none", "`var.none` is not declared"),
        ("data.aws_vpc.main.id", "data.aws_vpc.main.id is looked up in AWS"),
        ("module.far.arn", "module.far is not on this machine"),
        ("random_id.x.hex", "random_id.x is not mapped"),
        ("aws_kms_key.gone.arn", "`aws_kms_key.gone` is not declared"),
        ("local.round", "`local.round` refers to itself"),
        ("timestamp()", "it is the time of the deployment"),
        ("[1][3]", "index 3 of a list of 1"),
        ('var.later == "a" ? 1 : 2', "var.later is not given and has no default"),
    ],
)
def test_what_cannot_be_worked_out_says_why(tmp_path: Path, expression: str, because: str) -> None:
    graph = config(
        tmp_path,
        f"""
variable "later" {{}}
variable "secret" {{
  sensitive = true
  default   = "hunter2"
}}
data "aws_vpc" "main" {{ default = true }}
module "far" {{ source = "hashicorp/consul/aws" }}
resource "random_id" "x" {{}}
locals {{ round = local.round }}
resource "aws_kms_key" "k" {{ description = {expression} }}
""",
    )
    assert graph.resources["KmsKeyK"].get("Description") == Unknown(because)
    assert "hunter2" not in repr(graph)


def test_policy_documents_are_rendered_and_parts_folded(tmp_path: Path) -> None:
    graph = config(
        tmp_path,
        """
resource "aws_sqs_queue" "q" { name = "q" }
data "aws_iam_policy_document" "p" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.q.arn, "${aws_sqs_queue.q.arn}/*"]
    principals {
      type        = "Service"
      identifiers = ["events.amazonaws.com"]
    }
  }
}
resource "aws_iam_role" "r" { assume_role_policy = data.aws_iam_policy_document.p.json }
resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.r.id
  policy = data.aws_iam_policy_document.p.json
}
""",
    )
    role = graph.resources["IamRoleR"]
    arn = "arn:aws:sqs:us-east-1:123456789012:q"
    assert role.get("AssumeRolePolicyDocument", "Statement", 0, "Resource") == (arn, f"{arn}/*")
    assert role.get("Policies", 0, "PolicyName") == "inline"
    assert set(references(role.get("Policies"))) == {Ref("SqsQueueQ", "Arn")}


def test_providers_say_where(tmp_path: Path) -> None:
    graph = config(
        tmp_path,
        """
provider "aws" { region = "us-west-2" }
provider "aws" {
  alias  = "cn"
  region = "cn-north-1"
}
resource "aws_sns_topic" "a" { name = "a" }
resource "aws_sns_topic" "b" {
  provider = aws.cn
  name     = "b"
}
""",
    )
    assert graph.resources["SnsTopicA"].arn == "arn:aws:sns:us-west-2:123456789012:a"
    assert graph.resources["SnsTopicB"].arn == "arn:aws-cn:sns:cn-north-1:123456789012:b"


def test_a_provider_may_have_an_instance_for_each_region(tmp_path: Path) -> None:
    """As OpenTofu lets it; and a provider may be named in quotes, as before Terraform 0.12."""
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text(
        """
resource "aws_sns_topic" "c" { name = "c" }
resource "aws_sns_topic" "d" {
  provider = "aws.other"
  name     = "d"
}
"""
    )
    graph = config(
        tmp_path,
        """
locals { regions = toset(["eu-west-1", "ap-south-1"]) }
provider "aws" {
  alias    = "by"
  for_each = local.regions
  region   = each.key
}
resource "aws_sns_topic" "a" {
  for_each = local.regions
  provider = aws.by[each.key]
  name     = "a"
}
resource "aws_sns_topic" "b" {
  provider = aws.by["eu-west-1"]
  name     = "b"
}
module "m" {
  for_each  = local.regions
  source    = "./m"
  providers = { aws = aws.by[each.value], aws.other = aws.by["ap-south-1"] }
}
""",
    )
    assert {str(each): each.region for each in graph} == {
        'aws_sns_topic.a["ap-south-1"]': "ap-south-1",
        'aws_sns_topic.a["eu-west-1"]': "eu-west-1",
        "aws_sns_topic.b": "eu-west-1",
        'module.m["ap-south-1"].aws_sns_topic.c': "ap-south-1",
        'module.m["ap-south-1"].aws_sns_topic.d': "ap-south-1",
        'module.m["eu-west-1"].aws_sns_topic.c': "eu-west-1",
        'module.m["eu-west-1"].aws_sns_topic.d': "ap-south-1",
    }


def test_a_count_that_is_not_known_is_looked_at_once(tmp_path: Path) -> None:
    graph = config(
        tmp_path, 'variable "n" {}\nresource "aws_sns_topic" "t" {\n  count = var.n\n  name = "t${count.index}"\n}\n'
    )
    assert list(graph.resources) == ["SnsTopicT"]
    assert [(remark.place.line, remark.text) for remark in graph.remarks] == [
        (3, "`count` is not known before deployment: one instance is looked at")
    ]


def test_modules_that_call_each_other_come_to_an_end(tmp_path: Path) -> None:
    graph = config(tmp_path, 'module "me" { source = "./" }\n')
    assert not graph.resources
    assert any("is not on this machine" in remark.text for remark in graph.remarks)


def test_fetched_modules_are_read_and_called_ones_not_found_twice(folder: Path) -> None:
    modules = folder / ".terraform" / "modules"
    (modules / "far").mkdir(parents=True)
    (modules / "far" / "main.tf").write_text('resource "aws_sns_topic" "t" { name = "far" }\n')
    (modules / "modules.json").write_text(
        json.dumps({"Modules": [{"Key": "", "Dir": "."}, {"Key": "far", "Dir": ".terraform/modules/far"}]})
    )
    with (folder / "main.tf").open("a") as main:
        main.write('module "far" { source = "hashicorp/far/aws" }\n')
    assert "FarSnsTopicT" in planned(folder).resources
    assert list(discover(str(folder))) == [str(folder)]


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("a = ", "1:5: not HCL: an expression is missing"),
        ('resource "a" {\n  b = (\n', "3:1: not HCL: an expression is missing"),
    ],
)
def test_a_damaged_file_is_one_line(tmp_path: Path, text: str, because: str) -> None:
    with pytest.raises(Unreadable) as refused:
        config(tmp_path, text)
    assert refused.value.because == because
    assert refused.value.file == str(tmp_path / "main.tf")


def test_templates_in_files_are_rendered(tmp_path: Path) -> None:
    (tmp_path / "policy.json.tftpl").write_text(
        '{"Statement": [%{ for a in actions ~}{"Action": "${a}", "Resource": "${arn}"}%{ endfor }]}'
    )
    graph = config(
        tmp_path,
        """
resource "aws_sns_topic" "t" { name = "t" }
resource "aws_kms_key" "k" { policy = templatefile("${path.module}/policy.json.tftpl", { actions = ["kms:*"], arn = aws_sns_topic.t.arn }) }
""".replace("${path.module}/", ""),
    )
    assert graph.resources["KmsKeyK"].get("KeyPolicy", "Statement", 0) == {
        "Action": "kms:*",
        "Resource": "arn:aws:sns:us-east-1:123456789012:t",
    }


def test_damaged_resources_are_read_as_far_as_they_go(tmp_path: Path) -> None:
    graph = config(
        tmp_path,
        """
data "aws_iam_policy_document" "p" {
  statement {
    principals { type = [] }
  }
}
resource "aws_iam_role_policy" "alone" { policy = data.aws_iam_policy_document.p.json }
resource "aws_vpc" "v" {
  dynamic {}
  cidr_block = "10.0.0.0/16"
}
""",
    )
    assert graph.resources["VpcV"].get("CidrBlock") == "10.0.0.0/16"
    assert isinstance(graph.resources["IamRolePolicyAlone"].get("PolicyDocument"), Unknown)


def planned_of(folder: Path, text: str) -> Graph:
    (folder / "main.tf").write_text(text)
    return planned(folder)


def test_a_policy_that_is_a_property_there_is_a_resource_of_its_own_here(tmp_path: Path) -> None:
    graph = planned_of(
        tmp_path,
        """
        resource "aws_sns_topic" "alerts" {
          name   = "alerts"
          policy = jsonencode({ Statement = [{ Sid = "topic" }] })
        }
        resource "aws_sqs_queue" "orders" {
          name   = "orders"
          policy = jsonencode({ Statement = [{ Sid = "queue" }] })
        }
        resource "aws_s3_bucket" "logs" {
          bucket = "logs"
          policy = jsonencode({ Statement = [{ Sid = "bucket" }] })
        }
        """,
    )
    (topic,) = graph.of_type("AWS::SNS::TopicPolicy")
    (queue,) = graph.of_type("AWS::SQS::QueuePolicy")
    (bucket,) = graph.of_type("AWS::S3::BucketPolicy")
    assert topic.get("PolicyDocument", "Statement", 0, "Sid") == "topic"
    assert graph.follow(topic, "Topics", 0) is graph.resources["SnsTopicAlerts"]
    assert graph.follow(queue, "Queues", 0) is graph.resources["SqsQueueOrders"]
    assert graph.follow(bucket, "Bucket") is graph.resources["S3BucketLogs"]
    assert (topic.at("PolicyDocument").place.line, str(topic)) == (4, "aws_sns_topic.alerts")


def test_a_resource_may_name_its_own_region(tmp_path: Path) -> None:
    graph = planned_of(tmp_path, 'resource "aws_kms_key" "main" {\n  region = "eu-west-1"\n}\n')
    (key,) = graph.of_type("AWS::KMS::Key")
    assert key.region == "eu-west-1"
    assert str(key.arn).startswith("arn:aws:kms:eu-west-1:")
    assert graph.remarks == ()


def test_objects_inside_objects_and_lists_of_several_blocks(tmp_path: Path) -> None:
    graph = planned_of(
        tmp_path,
        """
        resource "aws_launch_template" "app" {
          block_device_mappings {
            device_name = "/dev/xvda"
            ebs {
              kms_key_id = "arn:aws:kms:us-east-1:123456789012:key/one"
            }
          }
        }
        resource "aws_lb" "front" {
          internal = true
          access_logs {
            bucket  = "logs"
            enabled = true
          }
        }
        resource "aws_iot_topic_rule" "all" {
          enabled = true
          lambda { function_arn = "arn:aws:lambda:us-east-1:123456789012:function:app" }
          sqs { queue_url = "https://queue" }
        }
        resource "aws_s3_bucket_acl" "logs" {
          bucket = aws_s3_bucket.logs.id
          acl    = "public-read"
        }
        resource "aws_s3_bucket" "logs" {}
        """,
    )
    template, balancer, rule, bucket = (
        next(graph.of_type(type_))
        for type_ in (
            "AWS::EC2::LaunchTemplate",
            "AWS::ElasticLoadBalancingV2::LoadBalancer",
            "AWS::IoT::TopicRule",
            "AWS::S3::Bucket",
        )
    )
    device = ("LaunchTemplateData", "BlockDeviceMappings", 0)
    assert template.get(*device, "Ebs", "KmsKeyId") == "arn:aws:kms:us-east-1:123456789012:key/one"
    assert template.at(*device, "Ebs", "KmsKeyId").place.line == 6
    assert balancer.get("LoadBalancerAttributes") == (
        {"Value": "logs", "Key": "access_logs.s3.bucket"},
        {"Value": True, "Key": "access_logs.s3.enabled"},
    )
    assert balancer.get("Scheme") == "internal"
    assert [*rule.get("TopicRulePayload", "Actions")] == [  # type: ignore[misc]
        {"Lambda": {"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:app"}},
        {"Sqs": {"QueueUrl": "https://queue"}},
    ]
    assert rule.get("TopicRulePayload", "RuleDisabled") is False
    assert bucket.get("AccessControl") == "PublicRead"
