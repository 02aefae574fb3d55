"""Previews and exported stacks of Pulumi programs in any language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from keyturn.graph import Graph, Ref, Unknown
from keyturn.read import Options, Unreadable, read
from keyturn.read.pulumi.registration import SECRET, SIGNATURE, UNKNOWN
from keyturn.read.resolve import references

BASE = "urn:pulumi:prod::shop::"


def state(type_: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"urn": f"{BASE}{type_}::{name}", "custom": True, "type": type_, "inputs": inputs, **more}


def planned(
    folder: Path, *states: dict[str, Any], config: dict[str, str] | None = None, exported: bool = False
) -> Graph:
    if exported:
        document: dict[str, Any] = {"version": 3, "deployment": {"manifest": {}, "resources": list(states)}}
    else:
        document = {
            "config": config or {},
            "steps": [{"op": "create", "urn": each["urn"], "newState": each} for each in states],
            "changeSummary": {"create": len(states)},
        }
    file = folder / "preview.json"
    file.write_text(json.dumps(document))
    (graph,) = read(str(file), Options())
    return graph


STACK = {
    "urn": f"{BASE}pulumi:pulumi:Stack::shop-prod",
    "custom": False,
    "type": "pulumi:pulumi:Stack",
    "outputs": {"name": "x"},
}
KEY = state(
    "aws:kms/key:Key",
    "logs-key",
    {"enableKeyRotation": True, "policy": json.dumps({"Statement": [{"Effect": "Allow"}]}), "__defaults": []},
)
KEY_URN = KEY["urn"]


def test_what_is_not_known_is_the_identity_of_what_it_comes_from(tmp_path: Path) -> None:
    group = state(
        "aws:cloudwatch/logGroup:LogGroup",
        "group",
        {"name": "/app", "kmsKeyId": UNKNOWN},
        dependencies=[KEY_URN],
        propertyDependencies={"kmsKeyId": [KEY_URN], "name": []},
    )
    graph = planned(tmp_path, STACK, KEY, group, config={"aws:region": "eu-central-1"})
    key, made = graph.resources["LogsKey"], graph.resources["Group"]
    assert (graph.dialect, graph.region, graph.stack) == ("pulumi", "eu-central-1", "prod")
    # Whether the program has the key's id or its ARN is not told: the ARN is taken wherever a key is named.
    assert made.get("KmsKeyId") == key.arn
    assert list(references(made.get("KmsKeyId"))) == [Ref("LogsKey", "Arn")]
    assert made.arn == "arn:aws:logs:eu-central-1:123456789012:log-group:/app"
    assert key.get("KeyPolicy", "Statement", 0, "Effect") == "Allow"
    assert graph.outputs["name"].value == "x"


def test_lists_name_each_of_their_sources(tmp_path: Path) -> None:
    subnets = [
        state("aws:ec2/subnet:Subnet", f"s{number}", {"vpcId": "vpc-1", "cidrBlock": f"10.0.{number}.0/24"})
        for number in range(2)
    ]
    group = state(
        "aws:rds/subnetGroup:SubnetGroup",
        "db",
        {"subnetIds": [UNKNOWN, UNKNOWN]},
        propertyDependencies={"subnetIds": [each["urn"] for each in subnets]},
    )
    graph = planned(tmp_path, *subnets, group)
    assert graph.resources["Db"].get("SubnetIds") == (graph.resources["S0"].identity, graph.resources["S1"].identity)


def test_what_may_be_worked_out_stays_unknown(tmp_path: Path) -> None:
    topic = state(
        "aws:sns/topic:Topic",
        "t",
        {"policy": UNKNOWN, "displayName": UNKNOWN},
        propertyDependencies={"policy": [KEY_URN], "displayName": [KEY_URN, KEY_URN]},
        dependencies=[KEY_URN],
    )
    graph = planned(tmp_path, KEY, topic)
    assert graph.resources["T"].get("DisplayName") == Unknown("known only after logs-key is deployed")


def test_secrets_stay_unknown(tmp_path: Path) -> None:
    database = state(
        "aws:rds/instance:Instance", "db", {"engine": "mysql", "password": {SIGNATURE: SECRET, "ciphertext": "AAA"}}
    )
    graph = planned(tmp_path, database)
    assert isinstance(graph.resources["Db"].get("MasterUserPassword"), Unknown)


def test_an_exported_stack_is_read_too(tmp_path: Path) -> None:
    graph = planned(tmp_path, STACK, KEY, state("aws:sns/topic:Topic", "old", {}, delete=True), exported=True)
    assert list(graph.resources) == ["LogsKey"]


def test_what_goes_is_not_planned(tmp_path: Path) -> None:
    file = tmp_path / "p.json"
    steps = [
        {"op": "delete", "urn": KEY_URN, "oldState": KEY},
        {"op": "same", "urn": KEY_URN, "oldState": KEY, "newState": KEY},
    ]
    file.write_text(json.dumps({"steps": steps, "changeSummary": {}}))
    (graph,) = read(str(file))
    assert list(graph.resources) == ["LogsKey"]


@pytest.mark.parametrize(
    "steps",
    [[{"newState": {"type": "x"}}], [{"newState": {"urn": 5, "type": "pulumi:providers:aws", "inputs": []}}], [5]],
)
def test_a_damaged_preview_is_one_line(tmp_path: Path, steps: Any) -> None:
    file = tmp_path / "p.json"
    file.write_text(json.dumps({"steps": steps, "changeSummary": {}}))
    with pytest.raises(Unreadable, match="not a whole preview"):
        read(str(file))


def test_what_is_there_is_known_by_what_it_really_is(tmp_path: Path) -> None:
    arn = "arn:aws:kms:eu-west-1:444455556666:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    key = KEY | {"id": arn.rpartition("/")[2], "outputs": {"arn": arn, "keyId": arn.rpartition("/")[2]}}
    secret = {SIGNATURE: SECRET, "ciphertext": "v1:abc"}
    graph = planned(
        tmp_path,
        STACK | {"outputs": {"password": secret}},
        key,
        state("aws:cloudwatch/logGroup:LogGroup", "group", {"kmsKeyId": arn}, id="group-1"),
        state("awsx:ec2:Vpc", "net", {}, custom=False),
        state(
            "aws:ec2/securityGroup:SecurityGroup",
            "sg",
            {},
            id="sg-0123456789abcdef0",
            parent=f"{BASE}awsx:ec2:Vpc::net",
        ),
        state("aws:sns/topic:Topic", "new", {"name": "new"}),
        state("aws:sqs/queue:Queue", "gone", {}, delete=True),
        exported=True,
    )
    assert graph.account == "444455556666"
    found = graph.follow(graph.resources["Group"], "KmsKeyId", types=("AWS::KMS::Key",))
    assert found is not None
    assert (found.name, found.arn, found.identity) == ("LogsKey", arn, arn.rpartition("/")[2])
    assert graph.resources["Sg"].identity == "sg-0123456789abcdef0"
    assert str(graph.resources["Sg"].arn).endswith("444455556666:security-group/sg-0123456789abcdef0")
    assert graph.resources["New"].arn == "arn:aws:sns:us-east-1:444455556666:new"
    assert isinstance(graph.outputs["password"].value, Unknown)
    assert "Gone" not in graph.resources


def test_a_provider_works_in_the_account_of_the_role_that_it_assumes(tmp_path: Path) -> None:
    provider = state(
        "pulumi:providers:aws",
        "other",
        {"region": "eu-west-2", "assumeRole": json.dumps({"roleArn": "arn:aws:iam::222222222222:role/deploy"})},
    )
    topic = state("aws:sns/topic:Topic", "t", {"name": "t"}, provider=f"{provider['urn']}::id")
    assert planned(tmp_path, provider, topic).resources["T"].arn == "arn:aws:sns:eu-west-2:222222222222:t"


def test_the_provider_that_is_made_from_cloudformation_has_its_properties(tmp_path: Path) -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*"}]}
    key = state("aws-native:kms:Key", "key", {"keyPolicy": policy, "tags": [{"key": "a", "value": "b"}]})
    group = state(
        "aws-native:logs:LogGroup",
        "group",
        {"kmsKeyId": UNKNOWN, "logGroupName": "/app"},
        propertyDependencies={"kmsKeyId": [key["urn"]]},
    )
    database = state(
        "aws-native:rds:DbInstance",
        "db",
        {
            "dbInstanceClass": "db.m5.large",
            "enableIamDatabaseAuthentication": True,
            "masterUserSecret": {"kmsKeyId": "alias/x"},
            "masterUserPassword": {SIGNATURE: SECRET, "ciphertext": "v1:abc"},
        },
        id="real",
        outputs={"dbInstanceArn": "arn:aws:rds:us-east-1:444455556666:db:real"},
    )
    graph = planned(tmp_path, key, group, database, state("aws-native:new:Thing", "new", {}))
    assert dict(graph.resources["Key"].properties) == {
        "KeyPolicy": frozen(policy),
        "Tags": ({"Key": "a", "Value": "b"},),
    }
    found = graph.follow(graph.resources["Group"], "KmsKeyId", types=("AWS::KMS::Key",))
    assert found is graph.resources["Key"]
    made = graph.resources["Db"]
    assert {
        name: made.get(name) for name in ("DBInstanceClass", "EnableIAMDatabaseAuthentication", "MasterUserSecret")
    } == {
        "DBInstanceClass": "db.m5.large",
        "EnableIAMDatabaseAuthentication": True,
        "MasterUserSecret": {"KmsKeyId": "alias/x"},
    }
    assert isinstance(made.get("MasterUserPassword"), Unknown)
    assert (made.type, made.identity) == ("AWS::RDS::DBInstance", "real")
    assert made.attributes["DBInstanceArn"] == "arn:aws:rds:us-east-1:444455556666:db:real"
    assert [remark.text for remark in graph.remarks] == [
        "`new` is a aws-native:new:Thing, which is not mapped: it is left out"
    ]


def frozen(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: frozen(each) for key, each in value.items()}
    return tuple(frozen(each) for each in value) if isinstance(value, list) else value
