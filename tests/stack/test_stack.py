"""What the stack deploys: names, tags, network, keys, database, function, schedule."""

from __future__ import annotations

import re

import pytest

from keyturn import stack
from keyturn.facts import rds
from keyturn.facts.logs import key_statement
from keyturn.graph import Graph, Ref, Unknown
from keyturn.read.order import dependencies, order
from keyturn.read.resolve import references
from keyturn.rotation.passwords import Rules
from worlds import data, only, texts

NAMES = (
    "RoleName",
    "FunctionName",
    "DBClusterIdentifier",
    "DBInstanceIdentifier",
    "DBSubnetGroupName",
    "GroupName",
    "Name",
    "AliasName",
    "LogGroupName",
    "PolicyName",
)
NAMED = {"AWS::Lambda::Permission": {"FunctionName"}}
"""Properties of these names that name something else."""


@pytest.mark.parametrize("suffix", ["dev-001", "prod-eu", "x", "a" * 32])
def test_every_name_is_its_type_and_the_suffix(suffix: str) -> None:
    graph = stack.graph(stack.Arguments(suffix))
    for resource in graph:
        assert resource.label == f"{resource.label.removesuffix('-' + suffix)}-{suffix}"
        for name in NAMES:
            value = resource.properties.get(name)
            if value is not None and name not in NAMED.get(resource.type, ()):
                assert isinstance(value, str)
                assert value.endswith(f"-{suffix}"), f"{resource}.{name}"
                assert len(value.rpartition("/")[2]) <= 63


def test_what_can_be_tagged_is_tagged(dev: Graph) -> None:
    untagged = {resource.type for resource in dev if "Tags" not in resource.properties}
    assert untagged == {
        "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SubnetRouteTableAssociation",
        "AWS::KMS::Alias",
        "AWS::Lambda::Permission",
        "AWS::SecretsManager::RotationSchedule",
    }, "CloudFormation has no tags on these"
    for resource in dev:
        if "Tags" in resource.properties:
            tags = {tag["Key"]: tag["Value"] for tag in data(resource.properties["Tags"])}
            assert tags == {
                "Environment": "dev-001",
                "CostCenter": "platform",
                "Compliance": "credential-rotation",
                "Name": resource.label if resource.type != "AWS::Logs::LogGroup" else tags["Name"],
            }


def test_tags_of_one_s_own() -> None:
    graph = stack.graph(stack.Arguments("dev", cost_center="42", compliance="pci", tags={"Team": "data"}))
    tags = {tag["Key"]: tag["Value"] for tag in data(only(graph, "AWS::EC2::VPC").get("Tags"))}
    assert tags == {"Environment": "dev", "CostCenter": "42", "Compliance": "pci", "Team": "data", "Name": "vpc-dev"}


def test_the_network_is_private(dev: Graph) -> None:
    types = {resource.type for resource in dev}
    assert not types & {"AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route", "AWS::EC2::EIP"}
    subnets = list(dev.of_type("AWS::EC2::Subnet"))
    assert len({str(subnet.get("AvailabilityZone")) for subnet in subnets}) == len(subnets) >= 2
    assert all(subnet.get("MapPublicIpOnLaunch") is False for subnet in subnets)
    tables = [dev.follow(each, "RouteTableId") for each in dev.of_type("AWS::EC2::SubnetRouteTableAssociation")]
    assert tables == [only(dev, "AWS::EC2::RouteTable")] * len(subnets)


def test_exactly_the_function_to_the_endpoints_and_the_database(dev: Graph) -> None:
    """Rules by group, each as (from or to, port); nothing else is admitted."""
    groups = {resource.identity: resource.name for resource in dev.of_type("AWS::EC2::SecurityGroup")}
    outbound = {
        resource.name: [
            (
                groups.get(rule.get("DestinationSecurityGroupId"), rule.get("CidrIp")),
                rule.get("FromPort"),
                rule.get("ToPort"),
            )
            for rule in data(resource.get("SecurityGroupEgress"))
        ]
        for resource in dev.of_type("AWS::EC2::SecurityGroup")
    }
    assert outbound == {
        "FunctionSecurityGroup": [("EndpointsSecurityGroup", 443, 443), ("DatabaseSecurityGroup", 3306, 3306)],
        "EndpointsSecurityGroup": [("127.0.0.1/32", None, None)],
        "DatabaseSecurityGroup": [("127.0.0.1/32", None, None)],
    }
    assert not any(group.get("SecurityGroupIngress") for group in dev.of_type("AWS::EC2::SecurityGroup"))
    inbound = {
        (
            groups[rule.get("GroupId")],
            groups[rule.get("SourceSecurityGroupId")],
            rule.get("FromPort"),
            rule.get("ToPort"),
        )
        for rule in dev.of_type("AWS::EC2::SecurityGroupIngress")
    }
    assert inbound == {
        ("EndpointsSecurityGroup", "FunctionSecurityGroup", 443, 443),
        ("DatabaseSecurityGroup", "FunctionSecurityGroup", 3306, 3306),
    }


def test_endpoints_for_secrets_manager_and_kms(dev: Graph) -> None:
    endpoints = {str(endpoint.get("ServiceName")): endpoint for endpoint in dev.of_type("AWS::EC2::VPCEndpoint")}
    assert set(endpoints) == {"com.amazonaws.us-east-1.secretsmanager", "com.amazonaws.us-east-1.kms"}
    for endpoint in endpoints.values():
        assert endpoint.get("VpcEndpointType") == "Interface"
        assert endpoint.get("PrivateDnsEnabled") is True
        assert dev.follow(endpoint, "SecurityGroupIds", 0) is dev.resources["EndpointsSecurityGroup"]


def test_three_keys_that_rotate_and_have_aliases(dev: Graph) -> None:
    keys = list(dev.of_type("AWS::KMS::Key"))
    assert len(keys) == 3
    assert all(key.get("EnableKeyRotation") is True for key in keys)
    aliases = {
        str(alias.get("AliasName")): dev.follow(alias, "TargetKeyId") for alias in dev.of_type("AWS::KMS::Alias")
    }
    assert {name: key and key.name for name, key in aliases.items()} == {
        "alias/database-dev-001": "DatabaseKmsKey",
        "alias/secrets-dev-001": "SecretsKmsKey",
        "alias/logs-dev-001": "LogsKmsKey",
    }


def test_the_logs_key_has_the_seed_s_statement_for_exactly_the_function_s_log_group(dev: Graph) -> None:
    group = only(dev, "AWS::Logs::LogGroup")
    key = dev.follow(group, "KmsKeyId", types=("AWS::KMS::Key",))
    assert key is dev.resources["LogsKmsKey"]
    statement = data(key.get("KeyPolicy", "Statement", 1))
    assert statement == key_statement("us-east-1", str(group.arn))
    assert statement["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    assert statement["Action"] == [
        "kms:Encrypt",
        "kms:Decrypt",
        "kms:ReEncrypt*",
        "kms:GenerateDataKey*",
        "kms:CreateGrant",
        "kms:DescribeKey",
    ]
    assert statement["Condition"] == {
        "ArnEquals": {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/rotation-function-dev-001"
        }
    }


def test_the_function_logs_where_it_is_encrypted(dev: Graph) -> None:
    function, group = only(dev, "AWS::Lambda::Function"), only(dev, "AWS::Logs::LogGroup")
    assert group.get("LogGroupName") == f"/aws/lambda/{function.get('FunctionName')}"
    assert group.get("RetentionInDays") == 90
    assert group.name in dependencies(function), "Lambda would make the group itself, without encryption"


def test_the_database_is_encrypted_private_and_of_a_class_that_is_offered(dev: Graph) -> None:
    cluster = only(dev, "AWS::RDS::DBCluster")
    assert cluster.get("StorageEncrypted") is True
    assert dev.follow(cluster, "KmsKeyId") is dev.resources["DatabaseKmsKey"]
    assert dev.follow(cluster, "MasterUserSecret", "KmsKeyId") is dev.resources["SecretsKmsKey"]
    assert cluster.get("ManageMasterUserPassword") is True
    assert cluster.get("EngineVersion") == "8.0.mysql_aurora.3.04.0"
    instances = list(dev.of_type("AWS::RDS::DBInstance"))
    assert len(instances) == 2
    for instance in instances:
        assert dev.follow(instance, "DBClusterIdentifier") is cluster
        assert instance.get("PubliclyAccessible") is False
        assert instance.get("DBInstanceClass") == "db.t3.medium"
    assert rds.offered("aurora-mysql", "8.0.mysql_aurora.3.04.0", "db.t3.medium") == rds.Offered()


def test_the_secret_holds_nothing_and_no_password_stands_anywhere(dev: Graph) -> None:
    secret = only(dev, "AWS::SecretsManager::Secret")
    assert "SecretString" not in secret.properties
    assert "GenerateSecretString" not in secret.properties
    for resource in dev:
        assert not {"MasterUserPassword", "Password"} & set(texts(resource.properties))  # type: ignore[arg-type]
    assert dev.follow(secret, "KmsKeyId") is dev.resources["SecretsKmsKey"]


def test_the_function_is_pinned_to_its_secret_database_and_user(dev: Graph) -> None:
    function, cluster = only(dev, "AWS::Lambda::Function"), only(dev, "AWS::RDS::DBCluster")
    variables = data(function.get("Environment", "Variables"))
    assert variables == {
        "SECRET_ARN": only(dev, "AWS::SecretsManager::Secret").identity,
        "ADMIN_SECRET_ARN": cluster.attributes["MasterUserSecret.SecretArn"],
        "ENGINE": "aurora-mysql",
        "DB_HOST": cluster.attributes["Endpoint.Address"],
        "DB_READER_HOST": cluster.attributes["ReadEndpoint.Address"],
        "DB_PORT": "3306",
        "DB_NAME": "application",
        "DB_USER": "application",
        "GRACE_SECONDS": "86400",
        "PASSWORD_LENGTH": "40",
        "PASSWORD_CLASSES": "lower, upper, digits, marks",
    }
    assert function.get("Handler") == "rotation.handler.handle"
    assert dev.follow(function, "VpcConfig", "SecurityGroupIds", 0) is dev.resources["FunctionSecurityGroup"]


def test_the_function_understands_what_it_is_pinned_to(dev: Graph) -> None:
    configuration = pytest.importorskip("keyturn.rotation.configuration")
    variables = data(only(dev, "AWS::Lambda::Function").get("Environment", "Variables"))
    read = configuration.Configuration.from_environment(variables)
    assert read.secret_arn == variables["SECRET_ARN"]
    assert read.grace == 86400


def test_one_instance_has_no_reader() -> None:
    graph = stack.graph(stack.Arguments("dev", instances=1))
    assert "DB_READER_HOST" not in data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables"))


def test_the_permission_comes_before_the_schedule(dev: Graph) -> None:
    schedule, secret = only(dev, "AWS::SecretsManager::RotationSchedule"), only(dev, "AWS::SecretsManager::Secret")
    (permission,) = (
        each
        for each in dev.of_type("AWS::Lambda::Permission")
        if each.get("Principal") == "secretsmanager.amazonaws.com"
    )
    assert permission.get("SourceAccount") == "123456789012"
    assert permission.get("SourceArn") == secret.identity
    assert permission.name in schedule.depends_on
    assert schedule.get("RotationRules", "ScheduleExpression") == "rate(30 days)"
    assert schedule.get("RotateImmediatelyOnUpdate") is True


def test_the_first_rotation_waits_for_all_that_it_needs(dev: Graph) -> None:
    """A first rotation that fails blocks the deployments after it."""
    needed = {"AWS::RDS::DBInstance", "AWS::EC2::VPCEndpoint", "AWS::EC2::SecurityGroupIngress", "AWS::Logs::LogGroup"}
    before: set[str] = set()
    ahead = [only(dev, "AWS::SecretsManager::RotationSchedule").name]
    while ahead:
        name = ahead.pop()
        if name in dev.resources and name not in before:
            before.add(name)
            ahead += dependencies(dev.resources[name])
    missing = [resource.name for resource in dev if resource.type in needed and resource.name not in before]
    assert missing == []


def test_old_passwords_are_discarded_every_hour(dev: Graph) -> None:
    rule, function = only(dev, "AWS::Events::Rule"), only(dev, "AWS::Lambda::Function")
    assert rule.get("ScheduleExpression") == "rate(1 hour)"
    assert data(rule.get("Targets")) == [{"Id": "rotation-function", "Arn": function.arn}]
    (permission,) = (
        each for each in dev.of_type("AWS::Lambda::Permission") if each.get("Principal") == "events.amazonaws.com"
    )
    assert permission.get("SourceArn") == rule.arn
    assert "SourceAccount" not in permission.properties, (
        "EventBridge does not pass it: the function would never be called"
    )


def test_there_is_an_order_in_which_it_can_be_made(dev: Graph) -> None:
    assert len(order(dev)) == len(dev.resources)


def test_nothing_is_unknown_and_every_reference_is_declared(dev: Graph) -> None:
    declared = {*dev.resources, *dev.parameters, "AWS::AccountId", "AWS::Region", "AWS::Partition", "AWS::URLSuffix"}
    for resource in dev:
        assert not any(isinstance(value, Unknown) for value in resource.properties.values())
        assert {ref.name for ref in references(resource.properties)} <= declared
    assert dev.remarks == ()


def test_account_and_region_are_references(dev: Graph) -> None:
    """The template can be deployed in any account: the planned account stands in no literal."""
    for resource in dev:
        for text in texts(resource.properties):  # type: ignore[arg-type]
            parts = getattr(text, "parts", (text,))
            assert not any("123456789012" in part or "us-east-1" in part for part in parts if isinstance(part, str)), (
                text
            )
    assert Ref("AWS::AccountId") in references(dev.resources["RotationPermission"].properties)


def test_outputs(dev: Graph) -> None:
    assert {name: str(output.value) for name, output in dev.outputs.items()} == {
        "SecretArn": only(dev, "AWS::SecretsManager::Secret").identity,
        "VpcId": only(dev, "AWS::EC2::VPC").identity,
        "ClusterEndpoint": only(dev, "AWS::RDS::DBCluster").attributes["Endpoint.Address"],
        "FunctionName": "rotation-function-dev-001",
        "DatabaseKeyArn": dev.resources["DatabaseKmsKey"].arn,
        "SecretsKeyArn": dev.resources["SecretsKmsKey"].arn,
        "LogsKeyArn": dev.resources["LogsKmsKey"].arn,
    }
    assert all(output.description for output in dev.outputs.values())


def test_production_is_protected_and_leaves_a_snapshot_that_can_be_read(dev: Graph, prod: Graph) -> None:
    def facts(graph: Graph) -> tuple[object, ...]:
        cluster = only(graph, "AWS::RDS::DBCluster")
        key = graph.resources["DatabaseKmsKey"]
        return cluster.get("DeletionProtection"), cluster.metadata["DeletionPolicy"], key.metadata.get("DeletionPolicy")

    assert facts(dev) == (False, "Delete", None)
    assert facts(prod) == (True, "Snapshot", "Retain")


def test_what_production_has_can_be_said_otherwise() -> None:
    graph = stack.graph(stack.Arguments("prod", deletion_protection=False, final_snapshot=False))
    cluster = only(graph, "AWS::RDS::DBCluster")
    assert (cluster.get("DeletionProtection"), cluster.metadata["DeletionPolicy"]) == (False, "Delete")


@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-1", "cn-north-1", "us-gov-west-1"])
def test_every_region_has_its_own_names(region: str) -> None:
    graph = stack.graph(stack.Arguments("dev", region=region))
    principal = graph.resources["LogsKmsKey"].get("KeyPolicy", "Statement", 1, "Principal", "Service")
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    assert principal == f"logs.{region}.{suffix}"
    partition = {"cn": "aws-cn", "us-gov-west-1": "aws-us-gov"}.get(region if "gov" in region else region[:2], "aws")
    assert str(only(graph, "AWS::Lambda::Function").arn).startswith(f"arn:{partition}:lambda:{region}:")
    assert re.match(region + "[a-d]$", str(graph.resources["PrivateSubnet1"].get("AvailabilityZone")))


def test_every_run_gives_the_same_stack() -> None:
    assert stack.template(stack.Arguments("dev")) == stack.template(stack.Arguments("dev"))


def test_how_passwords_are_made_is_in_the_functions_environment() -> None:
    """Read by the function itself, so that the two cannot disagree."""
    arguments = stack.Arguments(
        "dev-001", password_length=30, password_classes=("upper", "digits"), password_excluded="O0"
    )
    function = only(stack.graph(arguments), "AWS::Lambda::Function")
    rules = Rules.from_environment(data(function.properties["Environment"])["Variables"])
    assert rules.length == 30
    assert rules.alphabet == "ABCDEFGHIJKLMNPQRSTUVWXYZ123456789"


def test_a_postgresql_cluster_takes_nobody_without_tls() -> None:
    graph = stack.graph(stack.Arguments("dev-001", engine="aurora-postgresql"))
    cluster, parameters = only(graph, "AWS::RDS::DBCluster"), only(graph, "AWS::RDS::DBClusterParameterGroup")
    assert (cluster.get("Engine"), cluster.get("EngineVersion"), cluster.get("Port")) == (
        "aurora-postgresql",
        "17.9",
        5432,
    )
    assert graph.follow(cluster, "DBClusterParameterGroupName") is parameters
    assert parameters.get("Family") == "aurora-postgresql17"
    assert data(parameters.get("Parameters")) == {"rds.force_ssl": "1"}
    variables = data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables"))
    assert (variables["ENGINE"], variables["DB_PORT"]) == ("aurora-postgresql", "5432")


@pytest.mark.parametrize(
    ("engine", "family", "parameters", "port"),
    [
        ("postgres", "postgres17", {"rds.force_ssl": "1"}, 5432),
        ("mysql", "mysql8.4", {"require_secure_transport": "ON"}, 3306),
    ],
)
def test_an_instance_instead_of_a_cluster(engine: str, family: str, parameters: dict[str, str], port: int) -> None:
    graph = stack.graph(stack.Arguments("prod-001", engine=engine))
    assert not list(graph.of_type("AWS::RDS::DBCluster"))
    instance, group = only(graph, "AWS::RDS::DBInstance"), only(graph, "AWS::RDS::DBParameterGroup")
    assert instance.get("Engine") == engine
    wanted = {"Port": port, "MultiAZ": True, "StorageEncrypted": True, "ManageMasterUserPassword": True}
    assert {name: instance.get(name) for name in wanted} == wanted
    assert instance.get("PubliclyAccessible") is False
    assert graph.follow(instance, "DBParameterGroupName") is group
    assert (group.get("Family"), data(group.get("Parameters"))) == (family, parameters)
    variables = data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables"))
    assert (variables["ENGINE"], variables["DB_PORT"]) == (engine, str(port))
    assert "DB_READER_HOST" not in variables
