"""A VPC, keys or a cluster of one's own are used as they are."""

from __future__ import annotations

from keyturn import stack
from keyturn.graph import Graph
from keyturn.read.order import order
from worlds import data, only

KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:admin-AbCdEf"


def types(graph: Graph) -> set[str]:
    return {resource.type for resource in order(graph)}


def test_a_vpc_of_one_s_own() -> None:
    graph = stack.graph(stack.Arguments("dev", network=stack.Network("vpc-1", ("subnet-1", "subnet-2"))))
    assert not types(graph) & {"AWS::EC2::VPC", "AWS::EC2::Subnet", "AWS::EC2::RouteTable"}
    assert data(only(graph, "AWS::Lambda::Function").get("VpcConfig", "SubnetIds")) == ["subnet-1", "subnet-2"]
    assert all(group.get("VpcId") == "vpc-1" for group in graph.of_type("AWS::EC2::SecurityGroup"))
    assert len(list(graph.of_type("AWS::EC2::VPCEndpoint"))) == 2
    assert graph.outputs["VpcId"].value == "vpc-1"


def test_a_vpc_that_has_its_endpoints_already() -> None:
    network = stack.Network("vpc-1", ("subnet-1", "subnet-2"), endpoints_security_group_id="sg-endpoints")
    graph = stack.graph(stack.Arguments("dev", network=network))
    assert "AWS::EC2::VPCEndpoint" not in types(graph)
    admitted = {rule.get("GroupId"): rule.get("FromPort") for rule in graph.of_type("AWS::EC2::SecurityGroupIngress")}
    assert admitted["sg-endpoints"] == 443


def test_keys_of_one_s_own() -> None:
    graph = stack.graph(stack.Arguments("dev", keys=stack.Keys(secrets=KEY, logs=KEY)))
    assert [key.name for key in graph.of_type("AWS::KMS::Key")] == ["DatabaseKmsKey"]
    assert only(graph, "AWS::SecretsManager::Secret").get("KmsKeyId") == KEY
    assert only(graph, "AWS::Logs::LogGroup").get("KmsKeyId") == KEY
    assert graph.outputs["LogsKeyArn"].value == KEY


def test_a_cluster_of_one_s_own() -> None:
    cluster = stack.Cluster("db.example", SECRET, KEY, "sg-database", port=3307)
    graph = stack.graph(stack.Arguments("dev", cluster=cluster))
    assert not types(graph) & {"AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::RDS::DBSubnetGroup"}
    variables = data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables"))
    assert (variables["DB_HOST"], variables["DB_PORT"], variables["ADMIN_SECRET_ARN"]) == ("db.example", "3307", SECRET)
    assert "DB_READER_HOST" not in variables
    admitted = {rule.get("GroupId"): rule.get("FromPort") for rule in graph.of_type("AWS::EC2::SecurityGroupIngress")}
    assert admitted["sg-database"] == 3307
    statements = data(only(graph, "AWS::IAM::Role").get("Policies", 0, "PolicyDocument", "Statement"))
    assert {each["Sid"]: each["Resource"] for each in statements}["UseKeyForAdministrator"] == KEY


def test_a_cluster_of_one_s_own_needs_no_key_for_storage() -> None:
    cluster = stack.Cluster("db.example", SECRET, KEY, "sg-database")
    graph = stack.graph(stack.Arguments("dev", cluster=cluster))
    assert "DatabaseKmsKey" not in graph.resources
    assert "DatabaseKeyArn" not in graph.outputs


def test_a_postgresql_instance_of_one_s_own() -> None:
    """What RDS calls an instance is rotated like a cluster; its engine decides the port and how."""
    instance = stack.Cluster("db.example", SECRET, KEY, "sg-database")
    graph = stack.graph(stack.Arguments("dev", engine="postgres", cluster=instance))
    variables = data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables"))
    assert (variables["ENGINE"], variables["DB_PORT"]) == ("postgres", "5432")
    admitted = {rule.get("GroupId"): rule.get("FromPort") for rule in graph.of_type("AWS::EC2::SecurityGroupIngress")}
    assert admitted["sg-database"] == 5432


def test_a_plain_strategy_is_told_to_the_function() -> None:
    """Nothing is said of the one that costs nothing."""
    told = {}
    for strategy in ("two-passwords", "single-user", "alternating-users"):
        graph = stack.graph(stack.Arguments("dev", strategy=strategy))
        told[strategy] = data(only(graph, "AWS::Lambda::Function").get("Environment", "Variables")).get("STRATEGY")
    assert told == {"two-passwords": None, "single-user": "single-user", "alternating-users": "alternating-users"}
