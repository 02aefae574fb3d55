"""
Templates whose names hang on a parameter that is not given: what else can be told of them is told all the same.

Every resource of every example is called by what nobody knows before deployment. What is right stays unsaid, nothing breaks, and of what
is wrong the check tells, or tells why it cannot.
"""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from keyturn.check import Check, Finding, Result, Verdict, run
from keyturn.checks import every, named
from keyturn.graph import Graph
from keyturn.read import Options, cloudformation
from keyturn.read.source.yaml import load

FOLDER = Path(__file__).parent
DAY = datetime.date(2026, 11, 24)
NAMES = {
    "AWS::CloudTrail::Trail": "TrailName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::Events::EventBus": "Name",
    "AWS::Events::Rule": "Name",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Kinesis::Stream": "Name",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::RDS::DBCluster": "DBClusterIdentifier",
    "AWS::RDS::DBClusterParameterGroup": "DBClusterParameterGroupName",
    "AWS::RDS::DBInstance": "DBInstanceIdentifier",
    "AWS::RDS::DBParameterGroup": "DBParameterGroupName",
    "AWS::RDS::DBSubnetGroup": "DBSubnetGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
LEFT_OUT = {
    "cloudfront-logs-need-lists/bad.yaml": "the bucket is named by its host name",
    "db-upgrade-refused/bad-back.yaml": "which database it was before is known by its name",
    "db-upgrade-refused/bad.yaml": "which database it was before is known by its name",
    "kms-key-denies-log-delivery/bad-distribution.yaml": "the bucket is named by its host name",
    "kms-key-denies-log-delivery/bad-folder.yaml": "the bucket is named by the ARN of a folder in it",
    "kms-key-denies-origin-access/bad.yaml": "the bucket is named by its host name",
    "kms-policy-names-role-too-early/bad-cycle.yaml": "the role is named by what it will be called",
    "kms-policy-names-role-too-early/bad.yaml": "the role is named by what it will be called",
    "lambda-log-group-mismatch/bad-other-name.yaml": "it is about names",
    "lambda-log-group-mismatch/bad.yaml": "it is about names",
    "lambda-permission-missing/bad-api.yaml": "the function is named in the URL of an integration",
    "name-taken-twice/bad.yaml": "it is about names",
    "property-given-twice/bad.yaml": "a name is what is given twice",
    "rotation-function-missing/bad-role.yaml": "the role is named by its ARN, which is read for its name",
    "rotation-no-path-to-database/bad-by-address.yaml": "the database is named by its address",
    "rotation-superuser-unreadable/bad-named.yaml": "the secret is named by what it will be called",
}
"""Examples of which a check says nothing then, though it might say that it does not know; and why."""


def examples(pattern: str) -> Iterator[tuple[str, str, Graph]]:
    """Each example with a resource that has a name: its check, what it is called, and its planned world."""
    for path in sorted(FOLDER.glob(pattern)):
        data: dict[str, Any] = load(str(path), path.read_text()).data
        if _unname(data):
            graph = cloudformation.read(str(path), Options(as_of=DAY), text=json.dumps(data))
            yield path.parent.name, f"{path.parent.name}/{path.name}", dataclasses.replace(graph, file=str(path))


def _unname(data: dict[str, Any]) -> bool:
    found = False
    for name, resource in data["Resources"].items():
        if (property_ := NAMES.get(resource.get("Type"))) is not None:
            properties = resource["Properties"] = resource.get("Properties") or {}
            fifo = str(properties.get(property_, "")).endswith(".fifo")
            before, after = ("alias/" if property_ == "AliasName" else "", ".fifo" if fifo else "")
            properties[property_] = {"Fn::Sub": f"{before}${{NotGiven}}-{name.lower()}{after}"}
            found = True
    data.setdefault("Parameters", {})["NotGiven"] = {"Type": "String"}
    return found


def grave(result: Result) -> Iterator[tuple[Check, Finding]]:
    return (found for found in result.findings if (found[1].verdict or found[0].verdict) is not Verdict.WEAK)


def test_what_is_right_stays_unsaid() -> None:
    patterns = ("checks/*/good*.yaml", "silent/**/*.yaml")
    told = {
        name: f"{check.name}: {finding.message}"
        for pattern in patterns
        for _, name, graph in examples(pattern)
        for check, finding in grave(run(every(), graph))
    }
    assert told == {}


def test_what_is_wrong_is_told_or_left_open_and_no_text_shows_how_it_is_kept() -> None:
    silent, texts = set(), []
    for own, name, graph in examples("checks/*/bad*.yaml"):
        check = named(own)
        assert check
        result = run((check,), graph)
        if not result.findings and not result.undecided:
            silent.add(name)
        for _, finding in result.findings:
            error = finding.error.message if finding.error else ""
            texts += [finding.message, finding.hint, error, *(note.text for note in finding.related)]
    assert silent == LEFT_OUT.keys()
    assert [text for text in texts if "Unknown" in text] == []
    assert any("log-group:…'" in text for text in texts)
