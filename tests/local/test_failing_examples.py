"""The seed's two faults: refused here as on AWS, with nothing left; deployed by stock moto without a word."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.facts import logs, rds
from keyturn.local.cloud import Cloud
from stacks import create

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "failing"
VERSION, CLASS = "8.0.mysql_aurora.3.04.0", "db.t3.small"
LOG_GROUP = "/aws/lambda/rotation-function-dev-001"


def template(example: str) -> str:
    return (EXAMPLES / example / "template.yaml").read_text()


def group_refused(cloud: Cloud) -> str:
    return logs.key_refused(f"arn:aws:logs:us-east-1:{cloud.account}:log-group:{LOG_GROUP}").message


def error(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    told: Any = caught.value.response["Error"]
    return told["Code"], told["Message"]


class TestTheKeyOfALogGroup:
    def test_without_leave_for_logs_is_refused_to_a_client(self, cloud: Cloud) -> None:
        key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]  # with the default policy, as in the example
        group = cloud.client("logs")
        with pytest.raises(ClientError) as caught:
            group.create_log_group(logGroupName=LOG_GROUP, kmsKeyId=key)
        assert error(caught) == ("AccessDeniedException", group_refused(cloud))
        group.create_log_group(logGroupName=LOG_GROUP)
        with pytest.raises(ClientError) as caught:
            group.associate_kms_key(logGroupName=LOG_GROUP, kmsKeyId=key)
        assert error(caught) == ("AccessDeniedException", group_refused(cloud))

    def test_fails_the_stack_which_is_rolled_back_to_nothing(self, cloud: Cloud) -> None:
        stack = create(cloud.client("cloudformation"), template("kms-key-denies-logs"))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert list(stack.failures) == ["RotationLogGroup"]
        reason = stack.failures["RotationLogGroup"]
        assert reason.startswith(
            f'Resource handler returned message: "{group_refused(cloud)} (Service: CloudWatchLogs, Status Code: 400'
        )
        assert not cloud.client("logs").describe_log_groups()["logGroups"]
        keys = [
            cloud.client("kms").describe_key(KeyId=each["KeyId"]) for each in cloud.client("kms").list_keys()["Keys"]
        ]
        assert [key["KeyMetadata"]["KeyState"] for key in keys] == ["PendingDeletion"], "KMS never deletes at once"


class TestTheClassOfAnInstance:
    def test_that_its_version_does_not_offer_is_refused_to_a_client(self, cloud: Cloud) -> None:
        rds_client = cloud.client("rds")
        engine = {"Engine": "aurora-mysql", "EngineVersion": VERSION}
        rds_client.create_db_cluster(
            DBClusterIdentifier="aurora", MasterUsername="admin", ManageMasterUserPassword=True, **engine
        )
        with pytest.raises(ClientError) as caught:
            rds_client.create_db_instance(
                DBInstanceIdentifier="refused", DBClusterIdentifier="aurora", DBInstanceClass=CLASS, **engine
            )
        refused = rds.combination_refused("aurora-mysql", VERSION, CLASS)
        assert error(caught) == (refused.code, refused.message)

    def test_fails_the_stack_which_is_rolled_back_to_nothing(self, cloud: Cloud) -> None:
        stack = create(cloud.client("cloudformation"), template("db-class-not-offered"))
        assert stack.status == "ROLLBACK_COMPLETE"
        assert list(stack.failures) == ["Instance"]
        refused = rds.combination_refused("aurora-mysql", VERSION, CLASS)
        assert f'"{refused.message} (Service: Rds, Status Code: 400' in stack.failures["Instance"]
        assert not cloud.client("rds").describe_db_clusters()["DBClusters"]
        assert not cloud.client("rds").describe_db_instances()["DBInstances"]
        assert not cloud.client("secretsmanager").list_secrets()["SecretList"]
        own = [vpc for vpc in cloud.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]
        assert not own


STOCK = """
import sys
import boto3
from moto import mock_aws

with mock_aws():
    cloudformation = boto3.client("cloudformation", region_name="us-east-1")
    cloudformation.create_stack(StackName="stock", TemplateBody=sys.stdin.read())
    print(cloudformation.describe_stacks(StackName="stock")["Stacks"][0]["StackStatus"])
"""


@pytest.mark.parametrize("example", ["kms-key-denies-logs", "db-class-not-offered"])
def test_stock_moto_deploys_it(example: str) -> None:
    """
    What this cloud is for. Tags of keys and outputs of clusters are left out: stock moto ends in errors of its own over them.
    """
    lines = template(example).split("\nOutputs:")[0].splitlines()
    without_tags = [line for index, line in enumerate(lines) if not _of_tags(lines, index)]
    environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", STOCK],
        input="\n".join(without_tags),
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "CREATE_COMPLETE"


def _of_tags(lines: list[str], index: int) -> bool:
    """Whether a line of a template belongs to a list of tags."""
    while index >= 0 and lines[index].startswith("        "):
        index -= 1
    return lines[index] == "      Tags:"
