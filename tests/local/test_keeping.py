"""A cloud that keeps its state: it is there again, and goes on where it was."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from clouds import make_role, packed
from keyturn.local.cloud import Cloud
from keyturn.local.keeping import forget
from keyturn.problem import Problem
from processes import eventually, kill, naming, read_line, start_owner
from stacks import create, delete
from test_console import ROTATE

Again = Callable[[], Cloud]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def again(folder: Path) -> Iterator[Again]:
    """Starts a cloud on the folder, after stopping the one before."""
    with ExitStack() as running:

        def start() -> Cloud:
            running.close()
            return running.enter_context(Cloud.start(folder, keep=True))

        yield start
    assert naming(folder) == []


def rotated(cloud: Cloud) -> dict[str, Any]:
    """A secret `one` with a function that rotates it every day, after its first rotation."""
    client = cloud.client("lambda")
    function = client.create_function(
        FunctionName="rotation",
        Role=make_role(cloud, "rotation-role", ["logs:*", "secretsmanager:*"]),
        Code={"ZipFile": packed(ROTATE)},
        Runtime="python3.12",
        Handler="index.handler",
        Timeout=10,
    )["FunctionArn"]
    client.add_permission(
        FunctionName="rotation",
        StatementId="rotation",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="one", SecretString="first")
    rules = {"AutomaticallyAfterDays": 1}
    secrets.rotate_secret(SecretId="one", RotationLambdaARN=function, RotationRules=rules)
    assert eventually(lambda: "LastRotatedDate" in secrets.describe_secret(SecretId="one"))
    return described(cloud)


def described(cloud: Cloud) -> dict[str, Any]:
    told = cloud.client("secretsmanager").describe_secret(SecretId="one")
    return {name: value for name, value in told.items() if name != "ResponseMetadata"}


def test_everything_is_there_again(again: Again) -> None:
    cloud = again()
    before = rotated(cloud)
    cloud.client("s3").create_bucket(Bucket="bucket")
    cloud.client("s3").put_object(Bucket="bucket", Key="key", Body=b"content")
    key = cloud.client("kms").create_key()["KeyMetadata"]["KeyId"]
    sealed = cloud.client("kms").encrypt(KeyId=key, Plaintext=b"text")["CiphertextBlob"]
    cloud.client("kms").create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")
    cloud.client("sqs").create_queue(QueueName="queue")
    cloud.client("ssm").put_parameter(Name="parameter", Type="String", Value="kept")
    cloud.client("dynamodb").create_table(
        TableName="table",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    vpc = cloud.client("ec2").create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]

    cloud = again()
    assert described(cloud) == before
    assert cloud.client("s3").get_object(Bucket="bucket", Key="key")["Body"].read() == b"content"
    assert cloud.client("kms").decrypt(CiphertextBlob=sealed)["Plaintext"] == b"text"
    assert len(cloud.client("kms").list_keys()["Keys"]) == 2
    assert cloud.client("sqs").get_queue_url(QueueName="queue")["QueueUrl"]
    assert cloud.client("ssm").get_parameter(Name="parameter")["Parameter"]["Value"] == "kept"
    assert cloud.client("dynamodb").list_tables()["TableNames"] == ["table"]
    assert cloud.client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0]["CidrBlock"] == "10.1.0.0/16"
    assert cloud.client("iam").get_role(RoleName="rotation-role")
    assert cloud.client("logs").filter_log_events(logGroupName="/aws/lambda/rotation")["events"]


def test_rotations_go_on(again: Again) -> None:
    cloud = again()
    before = rotated(cloud)
    cloud = again()
    cloud.clock.advance(timedelta(days=2))
    after = described(cloud)
    assert after["LastRotatedDate"] > before["LastRotatedDate"]
    assert after["VersionIdsToStages"] != before["VersionIdsToStages"]


def test_a_rotation_that_was_not_complete_is_tried_again(again: Again) -> None:
    cloud = again()
    rotated(cloud)
    lambda_ = cloud.client("lambda")
    lambda_.update_function_code(
        FunctionName="rotation", ZipFile=packed("def handler(event, context): raise ValueError")
    )
    token = cloud.client("secretsmanager").rotate_secret(SecretId="one")["VersionId"]
    cloud.clock.settle(30)
    assert described(cloud)["VersionIdsToStages"][token] == ["AWSPENDING"]
    lambda_.update_function_code(FunctionName="rotation", ZipFile=packed(ROTATE))

    cloud = again()
    assert described(cloud)["VersionIdsToStages"][token] == ["AWSPENDING"]
    cloud.clock.advance(timedelta(minutes=1))
    assert described(cloud)["VersionIdsToStages"][token] == ["AWSCURRENT"]


def test_the_clock_is_where_it_was(again: Again) -> None:
    cloud = again()
    cloud.clock.advance(timedelta(days=10))
    moved = cloud.clock.now()
    cloud.client("sts").get_caller_identity()
    cloud = again()
    assert moved < cloud.clock.now() < moved + timedelta(hours=1)


def test_schedules_of_rules_go_on(again: Again) -> None:
    cloud = again()
    rotated(cloud)
    arn = cloud.client("lambda").get_function(FunctionName="rotation")["Configuration"]["FunctionArn"]
    events = cloud.client("events")
    rule = events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")["RuleArn"]
    events.put_targets(Rule="hourly", Targets=[{"Id": "function", "Arn": arn}])
    cloud.client("lambda").add_permission(
        FunctionName="rotation",
        StatementId="events",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    cloud = again()
    logs = cloud.client("logs")

    def runs() -> int:
        told = logs.filter_log_events(logGroupName="/aws/lambda/rotation")["events"]
        return sum(event["message"].startswith("START") for event in told)

    before = runs()
    cloud.clock.advance(timedelta(hours=3))
    assert runs() - before >= 3


def test_a_secret_that_was_deleted_goes_when_it_is_due(again: Again) -> None:
    cloud = again()
    cloud.client("secretsmanager").create_secret(Name="one", SecretString="value")
    cloud.client("secretsmanager").delete_secret(SecretId="one", RecoveryWindowInDays=7)
    cloud = again()
    secrets = cloud.client("secretsmanager")
    assert secrets.describe_secret(SecretId="one")["DeletedDate"]
    cloud.clock.advance(timedelta(days=8))
    with pytest.raises(secrets.exceptions.ResourceNotFoundException):
        secrets.describe_secret(SecretId="one")


CLUSTER = {
    "Resources": {
        "Cluster": {
            "Type": "AWS::RDS::DBCluster",
            "Properties": {
                "DBClusterIdentifier": "cluster",
                "Engine": "aurora-mysql",
                "EngineVersion": "8.0.mysql_aurora.3.04.0",
                "DatabaseName": "app",
                "MasterUsername": "administrator",
                "ManageMasterUserPassword": True,
            },
        }
    },
    "Outputs": {"Secret": {"Value": {"Fn::GetAtt": ["Cluster", "MasterUserSecret.SecretArn"]}}},
}


def test_stacks_and_databases_are_there_with_their_data(again: Again, folder: Path) -> None:
    cloud = again()
    stack = create(cloud.client("cloudformation"), CLUSTER)
    assert stack.status == "CREATE_COMPLETE"
    server = cloud.database("cluster")
    assert server
    server.execute("CREATE TABLE app.kept (id INT)")
    before = cloud.client("rds").describe_db_clusters()["DBClusters"][0]

    cloud = again()
    server = cloud.database("cluster")
    assert server
    assert server.execute("SHOW TABLES IN app") == [("kept",)]
    now = cloud.client("rds").describe_db_clusters()["DBClusters"][0]
    assert (now["Endpoint"], now["Port"]) == (before["Endpoint"], before["Port"])
    secret = cloud.client("secretsmanager").get_secret_value(SecretId=stack.outputs["Secret"])["SecretString"]
    login = json.loads(secret)
    with server.connect(login["username"], login["password"]):
        pass
    cloud.clock.advance(timedelta(days=8))
    assert cloud.client("secretsmanager").get_secret_value(SecretId=stack.outputs["Secret"])["SecretString"] != secret
    assert delete(cloud.client("cloudformation")).status == "DELETE_COMPLETE"
    assert not any((folder / "databases").iterdir())


def test_what_happened_before_a_kill_is_there(tmp_path: Path) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from keyturn.local.cloud import Cloud\n"
        "cloud = Cloud.start(pathlib.Path(sys.argv[1]), keep=True)\n"
        "cloud.client('secretsmanager').create_secret(Name='one', SecretString='value')\n"
        "print('made', flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = start_owner(program, tmp_path / "state")
    assert read_line(owner) == "made"
    assert eventually((tmp_path / "state" / "state").exists)
    kill(owner)
    with Cloud.start(tmp_path / "state", keep=True) as cloud:
        assert cloud.client("secretsmanager").get_secret_value(SecretId="one")["SecretString"] == "value"


def test_others_cannot_read_it(again: Again, folder: Path) -> None:
    again().client("secretsmanager").create_secret(Name="one", SecretString="value")
    again()
    assert (folder / "state").stat().st_mode & 0o077 == 0


def test_a_folder_has_one_cloud(again: Again, folder: Path) -> None:
    again()
    with pytest.raises(Problem, match="is in use by another local AWS"):
        Cloud.start(folder, keep=True)
    with pytest.raises(Problem, match="is in use by another local AWS"):
        forget(folder)


@pytest.mark.parametrize(
    "damage", [lambda kept: b"", lambda kept: kept[:-1], lambda kept: kept.replace(b"account", b"accounT")]
)
def test_state_that_is_damaged(again: Again, folder: Path, damage: Callable[[bytes], bytes]) -> None:
    again().client("sts").get_caller_identity()
    again().stop()
    kept = (folder / "state").read_bytes()
    (folder / "state").write_bytes(damage(kept))
    with pytest.raises(Problem) as caught:
        Cloud.start(folder, keep=True)
    assert caught.value.hint == "--fresh starts without it"
    forget(folder)
    Cloud.start(folder, keep=True).stop()


def test_state_that_others_may_have_written(again: Again, folder: Path) -> None:
    again().client("sts").get_caller_identity()
    again().stop()
    (folder / "state").chmod(0o666)
    with pytest.raises(Problem, match="can be written by others"):
        Cloud.start(folder, keep=True)


def test_forgetting_leaves_what_is_not_ours(again: Again, folder: Path) -> None:
    again().client("secretsmanager").create_secret(Name="one", SecretString="value")
    again().stop()
    (folder / "notes.txt").write_text("mine")
    forget(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    with Cloud.start(folder, keep=True) as cloud:
        assert cloud.client("secretsmanager").list_secrets()["SecretList"] == []
