"""What RDS refuses before it makes anything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from databases import PASSWORD, POSTGRESQL, Clusters, add_instance, error_of, make_group
from keyturn.local.cloud import Cloud
from processes import naming
from stacks import create


class TestBeforeAnythingStarts:
    """What is refused leaves no server, no secret, nothing."""

    @pytest.fixture(autouse=True)
    def nothing_started(self, cloud: Cloud) -> Iterator[None]:
        yield
        assert not naming(cloud.folder / "databases")
        assert cloud.client("rds").describe_db_clusters()["DBClusters"] == []
        assert cloud.client("secretsmanager").list_secrets()["SecretList"] == []

    def test_a_version_that_does_not_exist(self, make_cluster: Clusters) -> None:
        assert error_of(make_cluster, EngineVersion="8.0.mysql_aurora.3.01.0") == (
            "InvalidParameterCombination",
            "Cannot find version 8.0.mysql_aurora.3.01.0 for aurora-mysql",
            400,
        )

    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            ({"Engine": "aurora-oracle"}, "Invalid DB engine"),
            (
                {"MasterUsername": "rdsadmin"},
                "MasterUsername rdsadmin cannot be used as it is a reserved word used by the engine",
            ),
            (
                {"Engine": "aurora-postgresql", "EngineVersion": "16", "MasterUsername": "admin"},
                "MasterUsername admin cannot be used as it is a reserved word used by the engine",
            ),
            (
                {"MasterUsername": "1st"},
                "MasterUsername must begin with a letter and contain only alphanumeric characters or underscores.",
            ),
            (
                {"MasterUserPassword": "short"},
                "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
            ),
            (
                {"MasterUserPassword": "with a space"},
                (
                    "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', "
                    "'\"', ' ' may be used."
                ),
            ),
            ({"VpcSecurityGroupIds": ["sg-00000000"]}, "Invalid security group , groupId= sg-00000000, groupName=."),
            (
                {"MasterUserPassword": "p" * 42},
                "The parameter MasterUserPassword is not a valid password because it is longer than 41 characters.",
            ),
            (
                {"BackupRetentionPeriod": 36},
                "Invalid BackupRetentionPeriod: 36 days are not between 1 and 35.",
            ),
            (
                {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 300}},
                "Invalid MaxCapacity: 300 is not between 1 and 256.",
            ),
            (
                {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 1}},
                "Invalid MinCapacity: aurora-mysql 8.0.mysql_aurora.3.04.0 cannot pause.",
            ),
            (
                {"PerformanceInsightsRetentionPeriod": 8},
                "Invalid PerformanceInsightsRetentionPeriod: 8 days are not offered.",
            ),
        ],
    )
    def test_a_value_that_rds_does_not_take(self, make_cluster: Clusters, settings: Any, text: str) -> None:
        assert error_of(make_cluster, **settings) == ("InvalidParameterValue", text, 400)

    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            (
                {"DBClusterInstanceClass": "db.r6g.large"},
                "DBClusterInstanceClass isn't supported for DB engine aurora-mysql.",
            ),
            (
                {"MonitoringInterval": 60},
                "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
            ),
            (
                {"DatabaseInsightsMode": "advanced"},
                "The advanced mode of Database Insights asks for Performance Insights.",
            ),
        ],
    )
    def test_settings_that_do_not_go_together(self, make_cluster: Clusters, settings: Any, text: str) -> None:
        assert error_of(make_cluster, **settings) == ("InvalidParameterCombination", text, 400)

    @pytest.mark.parametrize("mode", ["serverless", "multimaster"])
    def test_an_engine_mode_that_is_no_more(self, make_cluster: Clusters, mode: str) -> None:
        text = f"The engine mode {mode} you requested is currently unavailable."
        assert error_of(make_cluster, EngineMode=mode) == ("InvalidParameterValue", text, 400)

    def test_a_parameter_group_that_is_not_there_or_of_another_release(
        self, cloud: Cloud, make_cluster: Clusters
    ) -> None:
        wanted = {"DBClusterParameterGroupName": "Strict"}
        assert error_of(make_cluster, **wanted)[0] == "DBParameterGroupNotFound"
        cloud.client("rds").create_db_cluster_parameter_group(
            DBParameterGroupFamily="aurora-mysql5.7", Description="for another one", **wanted
        )
        code, text, _ = error_of(make_cluster, **wanted)
        assert code == "InvalidParameterCombination"
        assert text.endswith("Use a parameter group with DBParameterGroupFamily aurora-mysql8.0.")

    @pytest.mark.parametrize("name", ["1st", "a--b", "a-", "a_b", "a" * 64])
    def test_a_name_that_is_none(self, make_cluster: Clusters, name: str) -> None:
        code, text, _ = error_of(make_cluster, name=name)
        assert code == "InvalidParameterValue"
        assert text.startswith("The parameter DBClusterIdentifier is not a valid identifier.")

    def test_a_storage_key_that_is_not_there(self, make_cluster: Clusters) -> None:
        key = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
        assert error_of(make_cluster, StorageEncrypted=True, KmsKeyId=key) == (
            "KMSKeyNotAccessibleFault",
            f"The specified KMS key [{key}] does not exist, is not enabled or you do not have permissions to access it.",
            400,
        )

    def test_a_subnet_group_that_is_not_there(self, make_cluster: Clusters) -> None:
        code, text, status = error_of(make_cluster, DBSubnetGroupName="private")
        assert (code, status) == ("DBSubnetGroupNotFoundFault", 404)
        assert "'private'" in text

    def test_a_password_of_ones_own_that_rds_is_to_manage(self, make_cluster: Clusters) -> None:
        code, _, _ = error_of(make_cluster, ManageMasterUserPassword=True, MasterUserPassword=PASSWORD)
        assert code == "InvalidParameterCombination"

    def test_a_server_that_does_not_start(
        self, make_cluster: Clusters, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("KEYTURN_MYSQLD", str(tmp_path / "nowhere"))
        code, text, status = error_of(make_cluster, ManageMasterUserPassword=True)
        assert (code, status) == ("InternalFailure", 400)
        assert "nowhere" in text

    def test_a_security_group_of_another_vpc(self, cloud: Cloud, make_cluster: Clusters, subnets: list[str]) -> None:
        make_group(cloud, subnets)
        ec2 = cloud.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        group = ec2.create_security_group(GroupName="other", Description="of another VPC", VpcId=vpc)["GroupId"]
        code, text, _ = error_of(make_cluster, DBSubnetGroupName="private", VpcSecurityGroupIds=[group])
        assert code == "InvalidParameterCombination"
        assert text.startswith("The DB instance and EC2 security group are in different VPCs.")


class TestAnInstanceThatDisagreesWithItsCluster:
    @pytest.fixture(autouse=True)
    def cluster(self, make_cluster: Clusters) -> None:
        make_cluster(**POSTGRESQL)

    def add(self, cloud: Cloud, **settings: Any) -> None:
        add_instance(cloud, **{"Engine": "aurora-postgresql", "DBInstanceClass": "db.r6g.large", **settings})

    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            (
                {"Engine": "aurora-mysql"},
                (
                    "The engine name requested for your DB instance (aurora-mysql) doesn't match the engine name of your DB cluster"
                    " (aurora-postgresql)."
                ),
            ),
            (
                {"MasterUserPassword": PASSWORD},
                "The requested DB Instance will be a member of a DB Cluster. Set master user password for the DB Cluster.",
            ),
            (
                {"DeletionProtection": True},
                "Deletion Protection can only be applied on the Cluster level, not for individual instances",
            ),
            (
                {"StorageEncrypted": True},
                (
                    "If you specify storageEncrypted for instance that will be part of cluster it should match cluster setting; "
                    "requested: true, cluster: false"
                ),
            ),
        ],
    )
    def test_is_refused(self, cloud: Cloud, settings: Any, text: str) -> None:
        assert error_of(self.add, cloud=cloud, **settings) == ("InvalidParameterCombination", text, 400)
        assert cloud.client("rds").describe_db_instances()["DBInstances"] == []

    def test_is_refused_in_changes_too(self, cloud: Cloud) -> None:
        self.add(cloud)
        code, text, _ = error_of(
            cloud.client("rds").modify_db_instance, DBInstanceIdentifier="first", BackupRetentionPeriod=7
        )
        assert code == "InvalidParameterCombination"
        assert text.startswith("The specified DB Instance is a member of a cluster. Modify backup retention")

    def test_has_to_have_one(self, cloud: Cloud) -> None:
        assert error_of(self.add, cloud=cloud, DBClusterIdentifier="other") == (
            "DBClusterNotFoundFault",
            "DBCluster other not found.",
            404,
        )

    def test_has_a_name_of_its_own(self, cloud: Cloud) -> None:
        self.add(cloud)
        assert error_of(self.add, cloud=cloud)[:2] == ("DBInstanceAlreadyExists", "DB instance already exists")

    def test_may_name_its_release_line_only(self, cloud: Cloud) -> None:
        self.add(cloud, EngineVersion="16")
        assert cloud.client("rds").describe_db_instances()["DBInstances"][0]["EngineVersion"].startswith("16.")


class TestAnInstanceThatItsClusterHasNoRoomFor:
    def test_without_a_serverless_capacity(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster(**POSTGRESQL)
        wanted = {"Engine": "aurora-postgresql", "DBInstanceClass": "db.serverless"}
        assert error_of(add_instance, cloud=cloud, **wanted)[0] == "InvalidDBClusterStateFault"

    def test_without_insights_on_its_class(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster(EnablePerformanceInsights=True)
        code, text, _ = error_of(add_instance, cloud=cloud)
        assert (code, text) == (
            "InvalidParameterCombination",
            "Performance Insights not supported for this configuration.",
        )


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        (
            {"AllocatedStorage": 5, "StorageType": "gp3"},
            "Invalid storage size for engine name mysql and storage type gp3: 5",
        ),
        ({"StorageType": "io1", "AllocatedStorage": 100}, "The storage type io1 requires iops to be specified."),
        ({"MaxAllocatedStorage": 10}, "Max storage size must be greater than storage size"),
        (
            {"MultiAZ": True, "AvailabilityZone": "us-east-1a"},
            "Requesting a specific availability zone is not valid for Multi-AZ instances.",
        ),
        (
            {"AllocatedStorage": 100, "StorageType": "gp3", "Iops": 4000},
            "You can't specify IOPS or storage throughput for engine mysql and a storage size less than 400.",
        ),
        (
            {"DBInstanceClass": "db.t3.micro", "EnablePerformanceInsights": True},
            "Performance Insights not supported for this configuration.",
        ),
    ],
)
def test_an_instance_on_its_own(cloud: Cloud, settings: Any, text: str) -> None:
    wanted = {"Engine": "mysql", "DBInstanceClass": "db.m6g.large", "AllocatedStorage": 20, "MasterUsername": "keeper"}
    create = cloud.client("rds").create_db_instance
    refused = error_of(create, DBInstanceIdentifier="orders", MasterUserPassword=PASSWORD, **{**wanted, **settings})
    assert refused == ("InvalidParameterCombination", text, 400)


def test_settings_are_refused_in_changes_too(cloud: Cloud, make_cluster: Clusters) -> None:
    make_cluster(**POSTGRESQL)
    modify = cloud.client("rds").modify_db_cluster
    assert error_of(modify, DBClusterIdentifier="orders", BackupRetentionPeriod=0)[0] == "InvalidParameterValue"
    found = cloud.client("rds").describe_db_clusters()["DBClusters"][0]
    assert found["BackupRetentionPeriod"] == 1


@pytest.mark.parametrize("asked", ["SnapshotIdentifier", "SourceDBClusterIdentifier"])
def test_a_stack_that_copies_a_database_is_told_that_there_are_no_copies(cloud: Cloud, asked: str) -> None:
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql", asked: "another"}}
    made = create(cloud.client("cloudformation"), {"Resources": {"Cluster": cluster}})
    assert made.failures["Cluster"] == f"the local AWS has no snapshots and no replicas, which {asked} asks for"
