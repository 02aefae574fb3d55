"""The cloud itself: it starts, answers this machine alone, and leaves nothing."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import MakeFunction
from keyturn import stack as rotation_stack
from keyturn.local.cloud import Cloud
from keyturn.problem import Problem
from keyturn.template import to_json
from processes import eventually, kill, read_line, running, start_owner
from stacks import create, delete


def ask(cloud: Cloud, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """One request over HTTP, as it stands."""
    host, _, port = cloud.endpoint.removeprefix("http://").partition(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class TestTheEndpoint:
    def test_listens_on_loopback_alone(self, cloud: Cloud) -> None:
        port = int(cloud.endpoint.rpartition(":")[2])
        outside = next((each for each in _addresses() if not each.startswith("127.")), None)
        if outside is None:
            pytest.skip("this machine has no other address")
        with socket.socket() as client:
            client.settimeout(5)
            assert client.connect_ex((outside, port)) != 0

    def test_does_not_answer_web_pages(self, cloud: Cloud) -> None:
        assert ask(cloud, "GET", "/", Origin="https://example.com")[0] == 403
        assert ask(cloud, "GET", "/", Host="rebound.example.com")[0] == 403
        assert len(cloud.requests) == 0

    def test_takes_bodies_in_pieces(self, cloud: Cloud) -> None:
        host, _, port = cloud.endpoint.removeprefix("http://").partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=30)
        pieces = iter([b'{"Name": "in ', b'pieces", "SecretString": "x"}'])
        headers = {
            "X-Amz-Target": "secretsmanager.CreateSecret",
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/secretsmanager/aws4_request",
        }
        connection.request("POST", "/", pieces, headers, encode_chunked=True)
        answer = connection.getresponse()
        assert (answer.status, json.loads(answer.read())["__type"]) == (400, "ValidationException")
        connection.close()

    def test_keeps_objects_with_strange_names(self, cloud: Cloud) -> None:
        storage = cloud.client("s3")
        storage.create_bucket(Bucket="strange")
        for key in ("a b/ü+%2F?.txt", "x//y", "a=b&c"):
            storage.put_object(Bucket="strange", Key=key, Body=key.encode(), Metadata={"under_score": "1"})
            assert storage.get_object(Bucket="strange", Key=key)["Body"].read() == key.encode()
            assert storage.head_object(Bucket="strange", Key=key)["Metadata"] == {"under_score": "1"}

    def test_keeps_regions_apart(self, cloud: Cloud) -> None:
        made = cloud.client("ec2", region_name="eu-central-1").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        there = [each["VpcId"] for each in cloud.client("ec2", region_name="eu-central-1").describe_vpcs()["Vpcs"]]
        here = [each["VpcId"] for each in cloud.client("ec2").describe_vpcs()["Vpcs"]]
        assert made in there
        assert made not in here

    def test_says_what_it_does_not_have(self, cloud: Cloud) -> None:
        with pytest.raises(ClientError) as caught:
            cloud.client("secretsmanager").associate_cross_account_replica(
                SecretId="x", CrossAccountReplicaARN="arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf"
            )
        assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501

    def test_of_a_port_that_is_taken_is_a_problem(self, cloud: Cloud, tmp_path: Path) -> None:
        port = int(cloud.endpoint.rpartition(":")[2])
        with pytest.raises(Problem, match=f"port {port} cannot be used"):
            Cloud.start(tmp_path / "second", port=port)


def _addresses() -> list[str]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            return []
        return [probe.getsockname()[0]]


class TestTheRequestLog:
    def test_has_every_call_and_why_it_was_refused(self, cloud: Cloud) -> None:
        with pytest.raises(ClientError):
            cloud.client("secretsmanager").get_secret_value(SecretId="missing")
        (entry,) = cloud.requests.of("secretsmanager:GetSecretValue")
        assert entry.refused
        assert (entry.status, entry.code) == (400, "ResourceNotFoundException")
        assert entry.caller == f"arn:aws:iam::{cloud.account}:root"
        assert "ResourceNotFoundException" in str(entry)


class TestTwoClouds:
    def test_know_nothing_of_each_other(self, cloud: Cloud, tmp_path: Path) -> None:
        with Cloud.start(tmp_path / "second") as second:
            assert second.account != cloud.account
            for each in (cloud, second):
                each.client("kms").create_key()
                each.client("secretsmanager").create_secret(Name="same")
            assert len(cloud.client("kms").list_keys()["Keys"]) == 1
            assert second.client("sts").get_caller_identity()["Account"] == second.account

    def test_one_after_the_other_begin_anew(self, tmp_path: Path) -> None:
        accounts = []
        for name in ("first", "second"):
            with Cloud.start(tmp_path / name) as started:
                assert not started.client("kms").list_keys()["Keys"]
                started.client("kms").create_key()
                accounts.append(started.account)
        assert accounts[0] == accounts[1]


class TestTheEnd:
    def test_leaves_no_thread(self, tmp_path: Path) -> None:
        before = set(threading.enumerate())
        with Cloud.start(tmp_path / "cloud") as started:
            started.client("kms").create_key()
        assert eventually(lambda: not [each for each in threading.enumerate() if each not in before])

    def test_ends_a_rotation_that_is_under_way(self, tmp_path: Path) -> None:
        from clouds import make_role, packed

        with Cloud.start(tmp_path / "cloud") as started:
            functions, manager = started.client("lambda"), started.client("secretsmanager")
            code = packed("import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(60)\n")
            arn = functions.create_function(
                FunctionName="slow",
                Role=make_role(started, "slow-role", ["*"]),
                Code={"ZipFile": code},
                Runtime="python3.12",
                Handler="index.handler",
                Timeout=60,
            )["FunctionArn"]
            functions.add_permission(
                FunctionName="slow",
                StatementId="1",
                Action="lambda:InvokeFunction",
                Principal="secretsmanager.amazonaws.com",
            )
            manager.create_secret(Name="slow")
            manager.rotate_secret(SecretId="slow", RotationLambdaARN=arn, RotationRules={"AutomaticallyAfterDays": 1})
            assert eventually(lambda: bool(_processes(tmp_path)))
        assert eventually(lambda: not _processes(tmp_path))

    def test_by_a_kill_leaves_no_process(self, tmp_path: Path) -> None:
        owner = start_owner(OWNER, tmp_path / "cloud")
        pids = [int(pid) for pid in read_line(owner).split()]
        assert len(pids) == 2
        assert all(running(pid) for pid in pids)
        kill(owner)
        assert eventually(lambda: not any(running(pid) for pid in pids))


OWNER = """
import io, json, sys, time, zipfile
from pathlib import Path
from keyturn.local.cloud import Cloud

cloud = Cloud.start(Path(sys.argv[1]))
rds = cloud.client("rds")
rds.create_db_cluster(
    DBClusterIdentifier="aurora", Engine="aurora-mysql", MasterUsername="admin", ManageMasterUserPassword=True
)
trust = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
role = cloud.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
archive = io.BytesIO()
with zipfile.ZipFile(archive, "w") as files:
    files.writestr("index.py", "import os\\ndef handler(event, context): return os.getpid()")
functions = cloud.client("lambda")
functions.create_function(
    FunctionName="f", Role=role, Code={"ZipFile": archive.getvalue()}, Runtime="python3.12", Handler="index.handler"
)
function = json.loads(functions.invoke(FunctionName="f")["Payload"].read())
while cloud.database("aurora") is None:
    time.sleep(0.05)
print(cloud.database("aurora").pid, function, flush=True)
time.sleep(600)
"""


def _processes(folder: Path) -> list[int]:
    """The processes that work in a folder or below it."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                where = str((each / "cwd").readlink())
            except OSError:
                continue
            if where.startswith(str(folder)):
                found.append(int(each.name))
    return found


class TestTheClock:
    def test_shows_in_every_answer(self, cloud: Cloud) -> None:
        cloud.clock.advance(timedelta(days=365))
        for client, call in (("kms", "list_keys"), ("secretsmanager", "list_secrets"), ("s3", "list_buckets")):
            headers = getattr(cloud.client(client), call)()["ResponseMetadata"]["HTTPHeaders"]
            told = datetime.strptime(headers["date"], "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
            assert abs(told - datetime.now(UTC) - timedelta(days=365)) < timedelta(minutes=5)


class TestTheRotationStack:
    def test_deploys_rotates_and_goes(self, cloud: Cloud) -> None:
        package = rotation_stack.package()
        storage = cloud.client("s3")
        storage.create_bucket(Bucket="code")
        storage.put_object(Bucket="code", Key="rotation.zip", Body=package.data)
        given = {"CodeBucket": "code", "CodeKey": "rotation.zip"}
        cloudformation = cloud.client("cloudformation")
        stack = create(
            cloudformation,
            to_json(rotation_stack.graph(rotation_stack.Arguments("dev-001"))),
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
        )
        assert stack.failures == {}
        assert stack.status == "CREATE_COMPLETE"
        manager = cloud.client("secretsmanager")
        secret = stack.outputs["SecretArn"]
        assert eventually(lambda: "LastRotatedDate" in manager.describe_secret(SecretId=secret))
        login = json.loads(manager.get_secret_value(SecretId=secret)["SecretString"])
        database = cloud.database("aurora-cluster-dev-001")
        assert database
        assert (login["host"], int(login["port"])) == (stack.outputs["ClusterEndpoint"], database.port)
        with database.connect(login["username"], login["password"], database=login["dbname"]) as connection:
            assert connection.open
        assert [entry for entry in cloud.requests if entry.refused] == []
        gone = delete(cloudformation)
        assert gone.failures == {}
        assert gone.status == "DELETE_COMPLETE"
        assert not running(database.pid)
        assert not manager.list_secrets()["SecretList"]


def test_a_function_is_not_the_accounts_owner(cloud: Cloud, make_function: MakeFunction) -> None:
    code = "import boto3\ndef handler(event, context): return boto3.client('sts').get_caller_identity()['Arn']"
    make_function(code)
    answer: Any = json.loads(cloud.client("lambda").invoke(FunctionName="tested")["Payload"].read())
    assert answer == f"arn:aws:sts::{cloud.account}:assumed-role/tested-role/tested"
