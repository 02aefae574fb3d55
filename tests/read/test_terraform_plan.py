"""Terraform's plans become planned worlds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from keyturn.graph import Graph, Ref, Unknown
from keyturn.read import Options, Unreadable, read
from keyturn.read.resolve import references
from keyturn.read.terraform.reference import Reference, parse, whole


def resource(
    address: str, values: dict[str, Any], *, unknown: Any = None, sensitive: Any = None, mode: str = "managed"
) -> dict[str, Any]:
    """One resource as a plan has it in its planned values, with what its change says beside it."""
    type_, name = re.sub(r"\[[^]]*\]$", "", address).split(".")[-2:]
    made = {
        "address": address,
        "mode": mode,
        "type": type_,
        "name": name,
        "values": values,
        "sensitive_values": sensitive or {},
    }
    if address.endswith("]"):
        made["index"] = json.loads(address.rpartition("[")[2].removesuffix("]"))
    return {
        "resource": made,
        "change": {
            "address": address,
            "mode": mode,
            "change": {"actions": ["create"], "after": values, "after_unknown": unknown or {}},
            "type": type_,
        },
    }


def refers(*references: str) -> dict[str, Any]:
    return {"references": [part for each in references for part in (each, each.rpartition(".")[0])]}


def constant(value: Any) -> dict[str, Any]:
    return {"constant_value": value}


def configured(address: str, **expressions: Any) -> dict[str, Any]:
    type_, name = address.removeprefix("data.").split(".")
    return {
        "address": address,
        "mode": "data" if address.startswith("data.") else "managed",
        "type": type_,
        "name": name,
        "provider_config_key": "aws",
        "expressions": expressions,
    }


def plan(resources: list[dict[str, Any]], configuration: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {
            "root_module": {
                "resources": [each["resource"] for each in resources if each["resource"]["mode"] == "managed"]
            }
        },
        "resource_changes": [each["change"] for each in resources],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "expressions": {"region": constant("eu-west-1")}}},
            "root_module": {"resources": configuration},
        },
        **more,
    }


def planned(folder: Path, document: dict[str, Any]) -> Graph:
    file = folder / "plan.json"
    file.write_text(json.dumps(document))
    (graph,) = read(str(file), Options())
    return graph


POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"}}],
    }
)


def test_what_a_plan_says_of_its_outputs_is_so_and_what_it_puts_off_is_told(tmp_path: Path) -> None:
    document = plan([], [], deferred_changes=[{"resource_change": {"address": "aws_sqs_queue.later[*]"}}])
    document["planned_values"]["outputs"] = {
        "zones": {"value": ["a", "b"], "sensitive": False},
        "token": {"value": "hunter2", "sensitive": True},
    }
    expression = {"references": ["local.zones", "var.more"]}
    document["configuration"]["root_module"]["outputs"] = {
        "zones": {"expression": expression},
        "token": {"expression": expression, "sensitive": True},
        "later": {"expression": expression},
    }
    graph = planned(tmp_path, document)
    assert {name: output.value for name, output in graph.outputs.items()} == {
        "zones": ("a", "b"),
        "token": Unknown("the output token is sensitive"),
        "later": Unknown("worked out at deployment from local.zones, var.more"),
    }
    assert [remark.text for remark in graph.remarks] == [
        "`aws_sqs_queue.later[*]` is put off to a later plan: it is not looked at"
    ]


def test_a_reference_to_what_is_not_made_yet_leads_to_its_resource(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        plan(
            [
                resource(
                    "aws_cloudwatch_log_group.logs",
                    {"name": "/app", "retention_in_days": 30},
                    unknown={"kms_key_id": True, "arn": True},
                ),
                resource(
                    "aws_kms_key.logs",
                    {"policy": POLICY, "enable_key_rotation": True},
                    unknown={"arn": True, "id": True},
                ),
            ],
            [
                configured(
                    "aws_cloudwatch_log_group.logs",
                    name=constant("/app"),
                    retention_in_days=constant(30),
                    kms_key_id=refers("aws_kms_key.logs.arn"),
                ),
                configured("aws_kms_key.logs", policy={}, enable_key_rotation=constant(True)),
            ],
        ),
    )
    group, key = graph.resources["CloudwatchLogGroupLogs"], graph.resources["KmsKeyLogs"]
    assert (graph.dialect, graph.region, str(group)) == ("terraform", "eu-west-1", "aws_cloudwatch_log_group.logs")
    assert group.properties == {"LogGroupName": "/app", "RetentionInDays": 30, "KmsKeyId": key.arn}
    assert list(references(group.get("KmsKeyId"))) == [Ref("KmsKeyLogs", "Arn")]
    assert graph.follow(group, "KmsKeyId", types=("AWS::KMS::Key",)) is key
    assert key.get("KeyPolicy", "Statement", 0, "Effect") == "Allow"
    assert group.arn == "arn:aws:logs:eu-west-1:123456789012:log-group:/app"


def test_what_exists_keeps_its_real_identity(tmp_path: Path) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    graph = planned(
        tmp_path,
        plan(
            [
                resource(
                    "aws_kms_key.logs",
                    {"arn": arn, "key_id": arn.rpartition("/")[2], "id": arn.rpartition("/")[2], "description": "x"},
                ),
                resource("aws_cloudwatch_log_group.logs", {"name": "/app", "kms_key_id": arn}),
            ],
            [
                configured("aws_kms_key.logs", description=constant("x")),
                configured(
                    "aws_cloudwatch_log_group.logs", name=constant("/app"), kms_key_id=refers("aws_kms_key.logs.arn")
                ),
            ],
        ),
    )
    assert graph.resources["KmsKeyLogs"].arn == arn
    assert list(references(graph.resources["CloudwatchLogGroupLogs"].get("KmsKeyId"))) == [Ref("KmsKeyLogs", "Arn")]


def test_counts_are_instances_and_lists_of_references_name_them_all(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        plan(
            [
                *(
                    resource(
                        f"aws_subnet.private[{number}]", {"cidr_block": f"10.0.{number}.0/24"}, unknown={"id": True}
                    )
                    for number in range(2)
                ),
                resource("aws_db_subnet_group.db", {"name": "db"}, unknown={"subnet_ids": True}),
                *(
                    resource(
                        f"aws_route_table_association.a[{number}]",
                        {},
                        unknown={"subnet_id": True, "route_table_id": True},
                    )
                    for number in range(2)
                ),
                resource("aws_route_table.r", {}, unknown={"id": True}),
            ],
            [
                configured("aws_subnet.private", cidr_block={"references": ["count.index"]}),
                configured(
                    "aws_db_subnet_group.db", name=constant("db"), subnet_ids={"references": ["aws_subnet.private"]}
                ),
                configured(
                    "aws_route_table_association.a",
                    subnet_id={"references": ["aws_subnet.private", "count.index"]},
                    route_table_id=refers("aws_route_table.r.id"),
                ),
                configured("aws_route_table.r"),
            ],
        ),
    )
    subnets = [graph.resources[f"SubnetPrivate{number}"] for number in range(2)]
    assert graph.resources["DbSubnetGroupDb"].get("SubnetIds") == tuple(subnet.identity for subnet in subnets)
    assert graph.resources["RouteTableAssociationA1"].get("SubnetId") == subnets[1].identity


def test_modules_pass_references_in_and_out(tmp_path: Path) -> None:
    key = resource("module.keys.aws_kms_key.logs", {}, unknown={"arn": True})
    group = resource('module.app["a"].aws_cloudwatch_log_group.logs', {"name": "/a"}, unknown={"kms_key_id": True})
    document = plan([], [])
    document["planned_values"]["root_module"]["child_modules"] = [
        {"address": "module.keys", "resources": [key["resource"]]},
        {"address": 'module.app["a"]', "resources": [group["resource"]]},
    ]
    document["resource_changes"] = [key["change"], group["change"]]
    document["configuration"]["root_module"]["module_calls"] = {
        "keys": {
            "module": {
                "resources": [configured("aws_kms_key.logs")],
                "outputs": {"arn": {"expression": refers("aws_kms_key.logs.arn")}},
            }
        },
        "app": {
            "expressions": {"key": refers("module.keys.arn")},
            "module": {
                "resources": [
                    configured(
                        "aws_cloudwatch_log_group.logs", name=constant("/a"), kms_key_id={"references": ["var.key"]}
                    )
                ]
            },
        },
    }
    graph = planned(tmp_path, document)
    made = graph.resources["AppACloudwatchLogGroupLogs"]
    assert made.label == 'module.app["a"].aws_cloudwatch_log_group.logs'
    assert made.get("KmsKeyId") == graph.resources["KeysKmsKeyLogs"].arn


def test_a_policy_document_that_waits_for_arns_is_rendered_with_them(tmp_path: Path) -> None:
    statement = {
        "effect": "Allow",
        "actions": ["sqs:SendMessage"],
        "principals": [{"type": "Service", "identifiers": ["events.amazonaws.com"]}],
    }
    graph = planned(
        tmp_path,
        plan(
            [
                resource("aws_sqs_queue.q", {"name": "q"}, unknown={"arn": True, "id": True}),
                resource("aws_sqs_queue_policy.p", {}, unknown={"policy": True, "queue_url": True}),
                resource(
                    "data.aws_iam_policy_document.p",
                    {"statement": [statement]},
                    unknown={
                        "json": True,
                        "statement": [
                            {"resources": [True], "actions": [False], "principals": [{"identifiers": [False]}]}
                        ],
                    },
                    mode="data",
                ),
            ],
            [
                configured("aws_sqs_queue.q", name=constant("q")),
                configured(
                    "aws_sqs_queue_policy.p",
                    policy=refers("data.aws_iam_policy_document.p.json"),
                    queue_url=refers("aws_sqs_queue.q.id"),
                ),
                configured(
                    "data.aws_iam_policy_document.p",
                    statement=[
                        {
                            "effect": constant("Allow"),
                            "actions": constant(["sqs:SendMessage"]),
                            "resources": refers("aws_sqs_queue.q.arn"),
                            "principals": [
                                {"type": constant("Service"), "identifiers": constant(["events.amazonaws.com"])}
                            ],
                        }
                    ],
                ),
            ],
        ),
    )
    policy = graph.resources["SqsQueuePolicyP"].get("PolicyDocument", "Statement", 0)
    assert policy == {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:eu-west-1:123456789012:q",
        "Principal": {"Service": "events.amazonaws.com"},
    }


def test_what_is_worked_out_of_several_says_of_what(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        plan(
            [
                resource("aws_kms_key.k", {}, unknown={"policy": True}),
                resource("aws_sns_topic.t", {"name": "t"}, unknown={"arn": True}),
            ],
            [
                configured(
                    "aws_kms_key.k", policy=refers("aws_sns_topic.t.arn", "data.aws_caller_identity.me.account_id")
                ),
                configured("aws_sns_topic.t", name=constant("t")),
            ],
        ),
    )
    because = "worked out at deployment from aws_sns_topic.t.arn, data.aws_caller_identity.me.account_id"
    assert graph.resources["KmsKeyK"].get("KeyPolicy") == Unknown(because)


def test_what_is_sensitive_is_not_told(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        plan(
            [resource("aws_db_instance.d", {"engine": "mysql", "password": "hunter2"}, sensitive={"password": True})],
            [configured("aws_db_instance.d", engine=constant("mysql"), password={"references": ["var.password"]})],
            variables={"password": {"value": "hunter2"}},
        ),
    )
    assert graph.resources["DbInstanceD"].get("MasterUserPassword") == Unknown("password is sensitive")
    assert "hunter2" not in repr(graph)


def test_a_region_may_come_from_a_variable_and_differ_by_provider(tmp_path: Path) -> None:
    document = plan(
        [resource("aws_sns_topic.a", {"name": "a"}), resource("aws_sns_topic.b", {"name": "b"})],
        [
            configured("aws_sns_topic.a", name=constant("a")),
            configured("aws_sns_topic.b", name=constant("b")) | {"provider_config_key": "aws.cn"},
        ],
        variables={"region": {"value": "us-west-2"}},
    )
    document["configuration"]["provider_config"] = {
        "aws": {"expressions": {"region": {"references": ["var.region"]}}},
        "aws.cn": {"alias": "cn", "expressions": {"region": constant("cn-north-1")}},
    }
    graph = planned(tmp_path, document)
    assert graph.resources["SnsTopicA"].arn == "arn:aws:sns:us-west-2:123456789012:a"
    assert graph.resources["SnsTopicB"].arn == "arn:aws-cn:sns:cn-north-1:123456789012:b"


def test_types_that_are_not_mapped_are_told_of(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        plan(
            [resource("aws_odd_thing.x", {}), resource("random_id.y", {})],
            [configured("aws_odd_thing.x"), configured("random_id.y")],
        ),
    )
    assert [remark.text for remark in graph.remarks] == [
        "aws_odd_thing.x is a aws_odd_thing, which is not mapped: it is left out"
    ]


@pytest.mark.parametrize(
    ("document", "because"),
    [
        ({"format_version": "2.0", "terraform_version": "9"}, "a plan of the format version 2.0, which is not known"),
        ({"format_version": "1.0", "terraform_version": "1", "errored": True}, "the plan is one that failed"),
        (
            {"format_version": "1.0", "terraform_version": "1", "planned_values": {"root_module": {"resources": [{}]}}},
            "not a whole plan: keyerror 'address'",
        ),
        ({"format_version": "1.0", "terraform_version": "1", "planned_values": []}, None),
        ({"format_version": "1.0", "terraform_version": "1", "planned_values": {"root_module": []}}, None),
    ],
)
def test_a_damaged_plan_is_one_line(tmp_path: Path, document: Any, because: str | None) -> None:
    if because is None:
        assert not list(planned(tmp_path, document))
        return
    with pytest.raises(Unreadable) as refused:
        planned(tmp_path, document)
    assert refused.value.because == because


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("aws_kms_key.logs.arn", Reference("resource", "aws_kms_key.logs", None, ("arn",))),
        ("aws_subnet.a[0].id", Reference("resource", "aws_subnet.a", 0, ("id",))),
        ('aws_subnet.a["x.y"].id', Reference("resource", "aws_subnet.a", "x.y", ("id",))),
        ("aws_subnet.a[*].id", Reference("resource", "aws_subnet.a", "*", ("id",))),
        ("aws_subnet.a.*.id", Reference("resource", "aws_subnet.a", "*", ("id",))),
        ("data.aws_x.y.z", Reference("data", "aws_x.y", None, ("z",))),
        ("module.net.ids[0]", Reference("module", "net", None, ("ids", 0))),
        ('module.net["a"].ids', Reference("module", "net", "a", ("ids",))),
        ("var.x.y", Reference("var", "x", None, ("y",))),
        ("each.value", Reference("each", "value")),
        ("nonsense", None),
        ("a..b", None),
        ("", None),
    ],
)
def test_references_are_taken_apart(text: str, reference: Reference | None) -> None:
    assert parse(text) == reference


def test_prefixes_of_references_are_left_out() -> None:
    assert whole(["a.b.c", "a.b", "a.b", "x.y[0].z", "x.y[0]", "x.y"]) == ["a.b.c", "x.y[0].z"]


@pytest.mark.parametrize("sensitive", [{}, {"tags_all": {"owner": True}}, {"tags_all": True}])
def test_the_tags_that_a_provider_gives_are_seen(tmp_path: Path, sensitive: Any) -> None:
    values = {"description": "x", "tags": None, "tags_all": {"owner": "us"}}
    graph = planned(
        tmp_path,
        plan(
            [resource("aws_kms_key.k", values, sensitive=sensitive)],
            [configured("aws_kms_key.k", description=constant("x"))],
        ),
    )
    (key,) = graph
    assert key.get("Tags") == (None if sensitive else ({"Key": "owner", "Value": "us"},))
    assert not graph.remarks


def test_an_account_is_that_of_the_role_or_of_the_caller(tmp_path: Path) -> None:
    document = plan(
        [resource(f"aws_sns_topic.{name}", {"name": name}) for name in "abc"],
        [
            configured("aws_sns_topic.a", name=constant("a")),
            configured("aws_sns_topic.b", name=constant("b")) | {"provider_config_key": "aws.role"},
            configured("aws_sns_topic.c", name=constant("c")) | {"provider_config_key": "module.m:aws.only"},
        ],
        variables={"role": {"value": "arn:aws:iam::222222222222:role/deploy"}},
    )
    document["configuration"]["provider_config"] |= {
        "aws.role": {"alias": "role", "expressions": {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}},
        "aws.only": {"alias": "only", "expressions": {"allowed_account_ids": constant(["333333333333"])}},
    }

    def accounts() -> list[str]:
        return [str(each.arn).split(":")[4] for each in planned(tmp_path, document)]

    assert accounts() == ["123456789012", "222222222222", "333333333333"]
    caller = {"type": "aws_caller_identity", "values": {"account_id": "444444444444"}, "address": "data.x.y"}
    document["prior_state"] = {"values": {"root_module": {"child_modules": [{"resources": [caller]}]}}}
    assert accounts() == ["444444444444", "222222222222", "333333333333"]
