"""The master user's password where RDS manages it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pymysql
import pytest

import searched_clouds
from clouds import MakeFunction, allow
from databases import PASSWORD, Clusters, error_of, log_in, managed
from keyturn.local.cloud import Cloud
from processes import naming

DEPLOYER = """
import boto3
def handler(event, context):
    rds = boto3.client("rds")
    try:
        made = rds.create_db_cluster(
            DBClusterIdentifier="orders", Engine="aurora-mysql", MasterUsername="clusteradmin",
            ManageMasterUserPassword=True, MasterUserSecretKmsKeyId=event,
        )
    except rds.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return made["DBCluster"]["MasterUsername"]
"""


def run(cloud: Cloud, event: Any) -> Any:
    answer = cloud.client("lambda").invoke(FunctionName="tested", Payload=json.dumps(event))
    return json.loads(answer["Payload"].read())


class TestTheManagedPassword:
    @pytest.fixture
    def key(self, cloud: Cloud) -> str:
        arn: str = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
        return arn

    @pytest.fixture
    def cluster(self, cloud: Cloud, make_cluster: Clusters, key: str) -> dict[str, Any]:
        made = make_cluster(ManageMasterUserPassword=True, MasterUserSecretKmsKeyId=key)
        searched_clouds.begin(cloud)
        return made

    def test_logs_in(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        login = managed(cloud, cluster)
        assert set(login) == {"username", "password"}
        log_in(cloud, cluster, login["username"], login["password"])

    def test_is_in_a_secret_that_rds_owns(self, cloud: Cloud, cluster: dict[str, Any], key: str) -> None:
        told = cluster["MasterUserSecret"]
        assert told == {"SecretArn": told["SecretArn"], "SecretStatus": "active", "KmsKeyId": key}
        secret = cloud.client("secretsmanager").describe_secret(SecretId=told["SecretArn"])
        assert secret["Name"].startswith("rds!cluster-")
        assert secret["OwningService"] == "rds"
        assert secret["KmsKeyId"] == key
        assert secret["RotationRules"] == {"AutomaticallyAfterDays": 7}

    def test_changes_every_seven_days(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        seen = [managed(cloud, cluster)["password"]]
        for _ in range(3):
            cloud.clock.advance(timedelta(days=7))
            login = managed(cloud, cluster)
            log_in(cloud, cluster, login["username"], login["password"])
            assert managed(cloud, cluster, "AWSPREVIOUS")["password"] == seen[-1]
            seen.append(login["password"])
        assert len(set(seen)) == 4
        with pytest.raises(pymysql.err.OperationalError):
            log_in(cloud, cluster, "clusteradmin", seen[0])

    def test_stays_when_its_key_is_disabled(self, cloud: Cloud, cluster: dict[str, Any], key: str) -> None:
        before = managed(cloud, cluster)["password"]
        kms = cloud.client("kms")
        kms.disable_key(KeyId=key.rpartition("/")[2])
        cloud.clock.advance(timedelta(days=8))
        found = cloud.client("rds").describe_db_clusters()["DBClusters"][0]
        assert found["MasterUserSecret"]["SecretStatus"] == "impaired"
        log_in(cloud, cluster, "clusteradmin", before)
        kms.enable_key(KeyId=key.rpartition("/")[2])
        cloud.clock.advance(timedelta(days=8))
        assert managed(cloud, cluster)["password"] != before

    def test_changes_when_it_is_asked_to(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        before = managed(cloud, cluster)["password"]
        cloud.client("rds").modify_db_cluster(
            DBClusterIdentifier="orders", RotateMasterUserPassword=True, ApplyImmediately=True
        )
        after = managed(cloud, cluster)["password"]
        assert after != before
        log_in(cloud, cluster, "clusteradmin", after)

    def test_changes_when_secrets_manager_is_asked_to(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        before, secrets = managed(cloud, cluster), cloud.client("secretsmanager")
        arn = cluster["MasterUserSecret"]["SecretArn"]
        version = secrets.rotate_secret(SecretId=arn)["VersionId"]
        assert secrets.get_secret_value(SecretId=arn)["VersionId"] == version
        assert managed(cloud, cluster)["password"] != before["password"]
        login = managed(cloud, cluster)
        assert log_in(cloud, cluster, login["username"], login["password"])

    def test_changes_as_often_as_secrets_manager_is_told(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        before, secrets = managed(cloud, cluster), cloud.client("secretsmanager")
        arn = cluster["MasterUserSecret"]["SecretArn"]
        rules = {"AutomaticallyAfterDays": 30}
        secrets.rotate_secret(SecretId=arn, RotationRules=rules, RotateImmediately=False)
        assert secrets.describe_secret(SecretId=arn)["RotationRules"] == rules
        cloud.clock.advance(timedelta(days=29))
        assert managed(cloud, cluster) == before
        cloud.clock.advance(timedelta(days=2))
        assert managed(cloud, cluster) != before

    def test_is_rotated_and_written_by_rds_alone(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        secrets = cloud.client("secretsmanager")
        function = f"arn:aws:lambda:us-east-1:{cloud.account}:function:any"
        arn = cluster["MasterUserSecret"]["SecretArn"]
        code, _, _ = error_of(secrets.rotate_secret, SecretId=arn, RotationLambdaARN=function)
        assert code == "InvalidRequestException"
        for operation, more in (
            ("put_secret_value", {"SecretString": "{}"}),
            ("update_secret", {"SecretString": "{}"}),
            ("update_secret_version_stage", {"VersionStage": "AWSPENDING", "MoveToVersionId": "0" * 32}),
            ("delete_secret", {"ForceDeleteWithoutRecovery": True}),
        ):
            with pytest.raises(secrets.exceptions.InvalidRequestException, match="managed by another service"):
                getattr(secrets, operation)(SecretId=arn, **more)

    def test_can_be_taken_over_and_given_back(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        modify = cloud.client("rds").modify_db_cluster
        assert error_of(modify, DBClusterIdentifier="orders", ManageMasterUserPassword=False) == (
            "InvalidParameterCombination",
            "MasterUserPassword must be provided when ManageMasterUserPassword is set to false.",
            400,
        )
        own = {"ManageMasterUserPassword": False, "MasterUserPassword": PASSWORD}
        assert "MasterUserSecret" not in modify(DBClusterIdentifier="orders", **own)["DBCluster"]
        log_in(cloud, cluster, "clusteradmin", PASSWORD)
        again = modify(DBClusterIdentifier="orders", ManageMasterUserPassword=True)["DBCluster"]
        log_in(cloud, cluster, "clusteradmin", managed(cloud, again)["password"])

    def test_needs_a_key_that_is_there(self, cloud: Cloud, make_cluster: Clusters) -> None:
        missing = f"arn:aws:kms:us-east-1:{cloud.account}:key/00000000-0000-0000-0000-000000000000"
        code, text, _ = error_of(make_cluster, ManageMasterUserPassword=True, MasterUserSecretKmsKeyId=missing)
        assert code == "KMSKeyNotAccessibleFault"
        assert missing in text
        assert not naming(cloud.folder / "databases")

    def test_needs_the_callers_rights_to_secret_and_key(
        self, cloud: Cloud, key: str, make_function: MakeFunction
    ) -> None:
        make_function(DEPLOYER, actions=["rds:*", "kms:*"], Timeout=60)
        assert run(cloud, key) == "AccessDenied"
        allow(cloud, "tested-role", ["rds:*", "secretsmanager:*"])
        assert run(cloud, key) == "KMSKeyNotAccessibleFault"
        allow(cloud, "tested-role", ["rds:*", "secretsmanager:*", "kms:*"])
        assert run(cloud, key) == "clusteradmin"

    def test_is_in_no_answer_and_no_record(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        password = managed(cloud, cluster)["password"]
        rds = cloud.client("rds")
        told = [rds.describe_db_clusters(), rds.describe_db_instances(), *map(str, cloud.requests)]
        assert all(password not in str(each) for each in told)
