"""What the checks read is mapped in Terraform and Pulumi too, wherever the provider has it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from keyturn.check import run
from keyturn.checks import every
from keyturn.graph import Resource, Value
from keyturn.read import Options, read
from keyturn.read.names import KINDS
from keyturn.read.names.kind import Ignored, Kept, Object, Rule

EXAMPLES = Path(__file__).parents[1] / "checks"
DAY = datetime.date(2026, 11, 24)

TYPES = {
    "AWS::ApiGateway::": "between a method and a function Terraform has a resource of its own, the integration",
    "AWS::ApiGatewayV2::Authorizer": "its function is named by an address that Terraform works out at deployment",
    "AWS::CloudWatch::CompositeAlarm": "it names other alarms in an expression",
    "AWS::EC2::NetworkAcl": "Terraform writes the rules into the list itself, and then there are none but those",
    "AWS::EC2::SubnetNetworkAclAssociation": "Terraform writes the subnets into the list",
    "AWS::Lambda::Version": "Terraform publishes versions by an argument of the function",
    "AWS::SecretsManager::SecretTargetAttachment": "only CloudFormation has it",
    "AWS::Serverless::": "only CloudFormation has it",
    "Custom::": "only CloudFormation has it",
}
"""Types that are left out of the planned world of Terraform and Pulumi, and remarked on: by how their names begin."""

PROPERTIES = {
    ("AWS::EC2::Route", "InstanceId"): "the provider has it no more",
    ("AWS::RDS::DBInstance", "MasterUserAuthenticationType"): "the provider does not have it",
    ("AWS::SSM::ResourceDataSync", "KMSKeyArn"): "the older spelling of CloudFormation's alone",
    ("AWS::SNS::Topic", "Subscription"): "Terraform's subscriptions are resources of their own, and mapped",
    ("AWS::SecretsManager::RotationSchedule", "HostedRotationLambda"): "only CloudFormation has it",
    ("AWS::SecretsManager::Secret", "GenerateSecretString"): "only CloudFormation has it",
}

FOREIGN = {
    "AWS::CloudWatch::Alarm": {"TopicArn"},
    "AWS::DocDB::DBInstance": {"Engine", "EngineVersion"},
    "AWS::EC2::SecurityGroupEgress": {"SecurityGroupIngress", "SecurityGroupEgress"},
    "AWS::EC2::SecurityGroupIngress": {"SecurityGroupIngress", "SecurityGroupEgress"},
    "AWS::Events::Rule": {"TopicArn"},
    "AWS::RDS::DBInstance": {"EnableHttpEndpoint"},
}
"""What checks ask of any resource they come across, and these types do not have."""
RESTORED = (
    *("DBClusterSnapshotIdentifier", "DBSnapshotIdentifier", "GlobalClusterIdentifier", "ReplicationSourceIdentifier"),
    *("RestoreType", "SnapshotIdentifier", "SourceDBClusterIdentifier", "SourceDBInstanceAutomatedBackupsArn"),
    *("SourceDBInstanceIdentifier", "SourceDbClusterResourceId", "SourceDbiResourceId"),
)
"""What databases are restored from; each type of database has some."""


def mapped() -> dict[str, set[str]]:
    """The properties of each type that a name of Terraform's leads to."""
    properties: dict[str, set[str]] = {}
    for kind in KINDS:
        if kind.part is None:
            properties.setdefault(kind.type, set()).update(_tops(kind.properties), kind.fixed, kind.absent)
    for kind in KINDS:
        if kind.part is not None:
            for own in properties.values():
                own.add(kind.part.into)
    return properties


def _tops(rules: Mapping[str, Rule]) -> Iterator[str]:
    for rule in rules.values():
        match rule:
            case Ignored() | Kept():
                continue
            case str(to):
                yield to.partition(".")[0]
            case Object("", inner):
                yield from _tops(inner)
            case _:
                yield rule.to.partition(".")[0]


@pytest.fixture(scope="module")
def asked() -> dict[str, set[str]]:
    """The properties that the checks ask for when they look at their own examples, by type."""
    seen: dict[str, set[str]] = {}
    get = Resource.get

    def watched_get(resource: Resource, *path: str | int) -> Value:
        if path:
            seen.setdefault(resource.type, set()).add(str(path[0]))
        return get(resource, *path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Resource, "get", watched_get)
        for file in sorted(EXAMPLES.glob("*/*.yaml")):
            for graph in read(str(file), Options(as_of=DAY)):
                run(every(), graph)
    return seen


def test_the_types_that_checks_look_at_are_mapped(asked: dict[str, set[str]]) -> None:
    left_out = {type_ for type_ in asked.keys() - mapped().keys() if not type_.startswith(tuple(TYPES))}
    assert left_out == set(), "map them in keyturn.read.names, or say in TYPES why not"


def test_the_properties_that_checks_look_at_are_mapped(asked: dict[str, set[str]]) -> None:
    known = mapped()
    missing = {
        (type_, name)
        for type_, names in asked.items()
        if type_ in known
        for name in names - known[type_] - FOREIGN.get(type_, set())
        if name not in RESTORED
    }
    assert missing - PROPERTIES.keys() == set(), "map them in keyturn.read.names, or say in PROPERTIES why not"


def test_no_reason_is_given_for_what_is_mapped() -> None:
    known = mapped()
    assert [type_ for type_ in known if type_.startswith(tuple(TYPES))] == []
    assert [(type_, name) for type_, name in PROPERTIES if name in known[type_]] == []
