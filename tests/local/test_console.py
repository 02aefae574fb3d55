"""The status page: what it tells, what can be done there, and by whom."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import datetime, timedelta
from typing import Any
from urllib.error import HTTPError

import pymysql
import pytest
from botocore.exceptions import ClientError

from clouds import MakeFunction
from keyturn.checks import named
from keyturn.facts import rds
from keyturn.local.cloud import Cloud
from keyturn.local.console.explained import WORDS, check_of
from processes import eventually
from stacks import create

ROTATE = """
import boto3
client = boto3.client("secretsmanager")

def handler(event, context):
    secret, token = event["SecretId"], event["ClientRequestToken"]
    if event["Step"] == "createSecret":
        client.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString="new", VersionStages=["AWSPENDING"])
    if event["Step"] == "finishSecret":
        stages = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
        current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
        client.update_secret_version_stage(
            SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current
        )
"""


def ask(cloud: Cloud, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    data = None if body is None else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urllib.request.urlopen(urllib.request.Request(cloud.page + path, data, named)) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        return error.code, dict(error.headers), error.read()


def status(cloud: Cloud) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(ask(cloud, "status")[2])
    return told


def test_the_page_is_there_with_all_that_it_needs(cloud: Cloud) -> None:
    code, headers, body = ask(cloud, "")
    assert (code, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "default-src 'none'" in headers["content-security-policy"]
    for file in ("page.js", "page.css"):
        assert f'"{file}"'.encode() in body
        assert ask(cloud, file)[0] == 200
    assert len(cloud.requests) == 0, "looking at it is no call"


def test_what_is_not_there(cloud: Cloud) -> None:
    assert ask(cloud, "other")[0] == 404
    assert ask(cloud, "../cloud.py")[0] == 404


def test_a_rotation_is_told_step_by_step(cloud: Cloud, make_function: MakeFunction) -> None:
    function = make_function(ROTATE)
    secrets = cloud.client("secretsmanager")
    arn = secrets.create_secret(Name="one", SecretString="first value")["ARN"]
    cloud.client("lambda").add_permission(
        FunctionName="tested",
        StatementId="rotation",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    secrets.rotate_secret(SecretId=arn, RotationLambdaARN=function, RotationRules={"AutomaticallyAfterDays": 30})
    assert eventually(lambda: bool(status(cloud)["secrets"][0]["last"]))
    told = status(cloud)
    assert [each["event"] for each in reversed(told["rotations"])] == [
        "RotationStarted",
        "createSecret done",
        "setSecret done",
        "testSecret done",
        "finishSecret done",
        "RotationSucceeded",
    ]
    (secret,) = told["secrets"]
    assert secret["enabled"]
    assert not secret["rotating"]
    assert sorted(label for version in secret["versions"] for label in version["labels"]) == [
        "AWSCURRENT",
        "AWSPREVIOUS",
    ]
    assert "value" not in json.dumps(told).replace("get_secret_value", "").replace("SecretValue", "")


def test_a_refusal_is_told_with_what_explains_it(cloud: Cloud) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError):
        cloud.client("logs").create_log_group(logGroupName="group", kmsKeyId=key)
    (refusal,) = status(cloud)["refusals"]
    assert (refusal["action"], refusal["code"]) == ("logs:CreateLogGroup", "AccessDeniedException")
    assert refusal["explained"] == "kms-key-denies-logs"


def test_stacks_and_databases_are_told(cloud: Cloud) -> None:
    cluster = {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {
            "DBClusterIdentifier": "cluster",
            "Engine": "aurora-mysql",
            "EngineVersion": "8.0.mysql_aurora.3.04.0",
            "MasterUsername": "administrator",
            "ManageMasterUserPassword": True,
        },
    }
    assert create(cloud.client("cloudformation"), {"Resources": {"Cluster": cluster}}).status == "CREATE_COMPLETE"
    told = status(cloud)
    (stack,) = told["stacks"]
    assert (stack["name"], stack["status"], stack["resources"][0]["name"]) == ("tested", "CREATE_COMPLETE", "Cluster")
    (database,) = told["databases"]
    server = cloud.database("cluster")
    assert server
    assert (database["name"], database["host"], database["port"]) == ("cluster", server.host, server.port)
    assert (database["connections"], database["refused"]) == (0, 0), "our own do not count"
    with pytest.raises(pymysql.MySQLError):
        server.connect("administrator", "another password")
    (database,) = status(cloud)["databases"]
    assert (database["connections"], database["refused"]) == (1, 1)


def test_the_clock_is_moved(cloud: Cloud) -> None:
    before = cloud.clock.now()
    code, _, body = ask(cloud, "clock", {"advance": 86400})
    assert code == 200
    assert datetime.fromisoformat(json.loads(body)["time"]) >= (before + timedelta(days=1)).replace(microsecond=0)
    assert cloud.clock.now() >= before + timedelta(days=1)


@pytest.mark.parametrize("body", [{}, {"advance": "long"}, {"advance": -1}, {"advance": 1e300}, [], 3])
def test_a_clock_that_cannot_be_moved_like_that(cloud: Cloud, body: Any) -> None:
    before = time.time()
    code, _, told = ask(cloud, "clock", body)
    assert code == 400
    assert json.loads(told)["error"]
    assert abs(cloud.clock.now().timestamp() - before) < 60


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.com"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Host": "rebound.example.com"},
    ],
)
def test_other_pages_are_not_answered(cloud: Cloud, headers: dict[str, str]) -> None:
    before = cloud.clock.now()
    assert ask(cloud, "clock", {"advance": 86400}, **headers)[0] == 403
    assert ask(cloud, "status", **headers)[0] == 403
    assert cloud.clock.now() < before + timedelta(hours=1)


def test_its_own_page_is_answered(cloud: Cloud) -> None:
    assert ask(cloud, "clock", {"advance": 1}, Origin=cloud.endpoint, Sec_Fetch_Site="same-origin")[0] == 200


def test_words_that_predict_are_of_checks_that_there_are() -> None:
    assert [check for _, check in WORDS if named(check) is None] == []
    other = rds.combination_refused("aurora-postgresql", "17.9", "db.t3.small")
    assert check_of(other.code, other.message) == "db-class-not-offered"
    assert check_of(other.code, "Performance Insights not supported for this configuration.") is None


def test_a_check_that_there_is_not_has_no_page(cloud: Cloud) -> None:
    assert ask(cloud, "explain/kms-key-denies-logs")[0] == 200
    assert ask(cloud, "explain/none")[0] == 404
