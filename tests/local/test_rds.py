"""RDS: real servers behind its clusters and instances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pymysql
import pytest

from databases import (
    PASSWORD,
    POSTGRESQL,
    VERSION,
    Clusters,
    add_instance,
    add_single,
    error_of,
    log_in,
    make_group,
    managed,
)
from keyturn.local import mariadb, postgresql
from keyturn.local.cloud import Cloud
from keyturn.problem import Problem
from processes import eventually, naming


class TestACluster:
    def test_is_a_real_server(self, cloud: Cloud, make_cluster: Clusters) -> None:
        cluster = make_cluster(DatabaseName="orders")
        assert "orders" in log_in(cloud, cluster, "clusteradmin", PASSWORD, database="orders")
        server = cloud.database("orders")
        assert server
        assert (server.host, server.port) == (cluster["Endpoint"], cluster["Port"])
        assert cluster["ReaderEndpoint"] == cluster["Endpoint"]

    def test_has_the_port_that_was_asked_for(self, cloud: Cloud, make_cluster: Clusters) -> None:
        assert make_cluster()["Port"] == 3306
        other = make_cluster("others", Port=3307)
        assert other["Port"] == 3307
        log_in(cloud, other, "clusteradmin", PASSWORD)

    def test_with_a_wrong_password_lets_nobody_in(self, cloud: Cloud, make_cluster: Clusters) -> None:
        with pytest.raises(pymysql.err.OperationalError) as refused:
            log_in(cloud, make_cluster(), "clusteradmin", PASSWORD + "!")
        assert refused.value.args[0] == 1045

    def test_is_gone_when_it_is_deleted(self, cloud: Cloud, make_cluster: Clusters) -> None:
        cluster = make_cluster(ManageMasterUserPassword=True)
        rds = cloud.client("rds")
        rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)
        assert rds.describe_db_clusters()["DBClusters"] == []
        assert cloud.client("secretsmanager").list_secrets()["SecretList"] == []
        assert eventually(lambda: not naming(cloud.folder / "databases"))
        with pytest.raises(pymysql.err.OperationalError):
            log_in(cloud, cluster, "clusteradmin", PASSWORD)
        assert list((cloud.folder / "databases").iterdir()) == []

    def test_ends_with_the_cloud(self, tmp_path: Path) -> None:
        with Cloud.start(tmp_path / "cloud") as cloud:
            rds = cloud.client("rds")
            for name in ("one", "two"):
                rds.create_db_cluster(
                    DBClusterIdentifier=name,
                    Engine="aurora-mysql",
                    MasterUsername="clusteradmin",
                    MasterUserPassword=PASSWORD,
                )
            assert naming(tmp_path)
        assert eventually(lambda: not naming(tmp_path))
        assert list((tmp_path / "cloud" / "databases").iterdir()) == []

    def test_of_postgresql_has_a_server_too(self, cloud: Cloud, make_cluster: Clusters) -> None:
        cluster = make_cluster(**POSTGRESQL, DatabaseName="shop")
        assert cluster["Port"] == 5432
        server = cloud.database("orders")
        assert isinstance(server, postgresql.Server)
        with server.connect("clusteradmin", PASSWORD, database="shop") as connection:
            assert connection.run("SELECT current_user") == [["clusteradmin"]]
        cloud.client("rds").modify_db_cluster(DBClusterIdentifier="orders", MasterUserPassword="The-second-Passw0rd")
        server.connect("clusteradmin", "The-second-Passw0rd").close()
        assert eventually(lambda: server.counted().connections >= 2)

    def test_of_postgresql_is_there_again_with_its_data(self, tmp_path: Path) -> None:
        with Cloud.start(tmp_path / "cloud", keep=True) as cloud:
            cloud.client("rds").create_db_cluster(
                DBClusterIdentifier="orders",
                Engine="aurora-postgresql",
                MasterUsername="clusteradmin",
                MasterUserPassword=PASSWORD,
                DatabaseName="shop",
            )
            first = cloud.database("orders")
            assert first
            first.execute("CREATE TABLE kept AS SELECT 'here' AS word", database="shop")
        with Cloud.start(tmp_path / "cloud", keep=True) as cloud:
            second = cloud.database("orders")
            assert second
            assert (second.host, second.port) == (first.host, first.port)
            assert second.execute("SELECT word FROM kept", database="shop") == [("here",)]
            second.connect("clusteradmin", PASSWORD).close()

    def test_of_mariadb_has_a_server_too(self, cloud: Cloud) -> None:
        try:
            mariadb.binary()
        except Problem as problem:
            pytest.skip(f"no MariaDB server: {problem}")
        instance = add_single(cloud, "mariadb", DBName="shop")
        server = cloud.database("orders")
        assert isinstance(server, mariadb.Server)
        endpoint = {"Endpoint": instance["Endpoint"]["Address"], "Port": 3306}
        assert "shop" in log_in(cloud, endpoint, "clusteradmin", PASSWORD)
        cloud.client("rds").modify_db_instance(DBInstanceIdentifier="orders", MasterUserPassword="The-second-Passw0rd")
        server.connect("clusteradmin", "The-second-Passw0rd").close()

    def test_of_another_engine_claims_no_server(self, cloud: Cloud) -> None:
        instance = add_single(cloud, "oracle-se2", LicenseModel="license-included")
        assert instance["Endpoint"]["Address"].endswith(".invalid")
        assert cloud.database("orders") is None

    def test_gets_the_newest_version_of_a_release_line(self, make_cluster: Clusters) -> None:
        assert make_cluster(EngineVersion="8.0")["EngineVersion"].startswith("8.0.mysql_aurora.3.")

    def test_protects_itself(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster(**POSTGRESQL, DeletionProtection=True)
        rds = cloud.client("rds")
        assert error_of(rds.delete_db_cluster, DBClusterIdentifier="orders", SkipFinalSnapshot=True) == (
            "InvalidParameterCombination",
            "Cannot delete protected Cluster, please disable deletion protection and try again.",
            400,
        )
        changed = rds.modify_db_cluster(DBClusterIdentifier="orders", DeletionProtection=False)["DBCluster"]
        assert changed["DeletionProtection"] is False
        rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)

    def test_is_not_deleted_without_a_word_on_its_snapshot(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster()
        delete = cloud.client("rds").delete_db_cluster
        code, text, _ = error_of(delete, DBClusterIdentifier="orders")
        assert (code, text) == (
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
        both = {"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "last"}
        code, text, _ = error_of(delete, DBClusterIdentifier="orders", **both)
        assert (code, text) == (
            "InvalidParameterCombination",
            "You cannot specify both FinalDBSnapshotIdentifier and SkipFinalSnapshot",
        )
        code, _, status = error_of(delete, DBClusterIdentifier="orders", FinalDBSnapshotIdentifier="last")
        assert (code, status) == ("NotImplemented", 501)
        assert cloud.database("orders")

    def test_is_not_deleted_with_instances(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster()
        rds = cloud.client("rds")
        add_instance(cloud)
        code, text, _ = error_of(rds.delete_db_cluster, DBClusterIdentifier="orders", SkipFinalSnapshot=True)
        assert code == "InvalidDBClusterStateFault"
        assert text == "Cluster cannot be deleted, it still contains DB instances in non-deleting state."
        rds.delete_db_instance(DBInstanceIdentifier="first")
        rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)

    def test_gets_another_password(self, cloud: Cloud, make_cluster: Clusters) -> None:
        cluster = make_cluster()
        cloud.client("rds").modify_db_cluster(DBClusterIdentifier="orders", MasterUserPassword="The-second-1")
        log_in(cloud, cluster, "clusteradmin", "The-second-1")

    def test_tells_its_tags(self, cloud: Cloud, make_cluster: Clusters) -> None:
        cluster = make_cluster(**POSTGRESQL, Tags=[{"Key": "Environment", "Value": "dev-001"}])
        rds, arn = cloud.client("rds"), cluster["DBClusterArn"]
        rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "CostCenter", "Value": "7"}])
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Environment"])
        assert rds.list_tags_for_resource(ResourceName=arn)["TagList"] == [{"Key": "CostCenter", "Value": "7"}]

    def test_does_not_do_what_is_not_there(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster(**POSTGRESQL)
        code, _, status = error_of(
            cloud.client("rds").create_db_cluster_snapshot,
            DBClusterIdentifier="orders",
            DBClusterSnapshotIdentifier="one",
        )
        assert (code, status) == ("NotImplemented", 501)

    def test_does_not_pass_over_a_change_in_silence(self, cloud: Cloud, make_cluster: Clusters) -> None:
        make_cluster(**POSTGRESQL)
        code, text, _ = error_of(cloud.client("rds").modify_db_cluster, DBClusterIdentifier="orders", Port=3307)
        assert (code, text) == ("NotImplemented", "the local AWS does not change Port of a database")


class TestAnInstance:
    @pytest.fixture(autouse=True)
    def cluster(self, make_cluster: Clusters) -> dict[str, Any]:
        return make_cluster(DatabaseName="orders")

    def test_is_its_clusters(self, cloud: Cloud, cluster: dict[str, Any]) -> None:
        first, second = add_instance(cloud), add_instance(cloud, "second")
        assert first["Endpoint"] == {"Address": cluster["Endpoint"], "Port": cluster["Port"]}
        assert (first["EngineVersion"], first["DBClusterIdentifier"]) == (VERSION, "orders")
        assert second["Endpoint"] == first["Endpoint"]
        members = cloud.client("rds").describe_db_clusters()["DBClusters"][0]["DBClusterMembers"]
        assert [(each["DBInstanceIdentifier"], each["IsClusterWriter"]) for each in members] == [
            ("first", True),
            ("second", False),
        ]
        assert cloud.database("second") is cloud.database("orders")

    def test_follows_its_clusters_version(self, cloud: Cloud) -> None:
        add_instance(cloud)
        rds = cloud.client("rds")
        rds.modify_db_cluster(DBClusterIdentifier="orders", EngineVersion="8.0.mysql_aurora.3.08.2")
        (found,) = rds.describe_db_instances()["DBInstances"]
        assert found["EngineVersion"] == "8.0.mysql_aurora.3.08.2"

    def test_of_a_class_that_is_not_offered_is_refused(self, cloud: Cloud) -> None:
        assert error_of(add_instance, cloud=cloud, DBInstanceClass="db.t3.small") == (
            "InvalidParameterCombination",
            (
                "RDS does not support creating a DB instance with the following combination: DBInstanceClass=db.t3.small, "
                f"Engine=aurora-mysql, EngineVersion={VERSION}, LicenseModel=general-public-license. For supported combinations "
                "of instance class and database engine version, see the documentation."
            ),
            400,
        )
        assert cloud.client("rds").describe_db_instances()["DBInstances"] == []

    def test_is_not_changed_to_a_class_that_is_not_offered(self, cloud: Cloud) -> None:
        add_instance(cloud)
        rds = cloud.client("rds")
        code, _, _ = error_of(
            rds.modify_db_instance, DBInstanceIdentifier="first", DBInstanceClass="db.t3.small", ApplyImmediately=True
        )
        assert code == "InvalidParameterCombination"
        assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceClass"] == "db.t3.medium"


def test_an_instance_on_its_own_is_a_real_server(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="alone",
        Engine="mysql",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        DBName="orders",
        MasterUsername="admin",
        ManageMasterUserPassword=True,
    )
    (found,) = rds.describe_db_instances()["DBInstances"]
    login = managed(cloud, found)
    server = cloud.database("alone")
    assert server
    assert found["Endpoint"] == {"Address": server.host, "Port": 3306}
    server.connect(login["username"], login["password"], database="orders").close()
    own = {"ManageMasterUserPassword": False, "MasterUserPassword": PASSWORD, "BackupRetentionPeriod": 7}
    changed = rds.modify_db_instance(DBInstanceIdentifier="alone", **own)["DBInstance"]
    assert (changed["BackupRetentionPeriod"], "MasterUserSecret" in changed) == (7, False)
    server.connect(login["username"], PASSWORD).close()
    rds.delete_db_instance(DBInstanceIdentifier="alone", SkipFinalSnapshot=True)
    assert cloud.client("secretsmanager").list_secrets()["SecretList"] == []


class TestASubnetGroup:
    def test_tells_its_subnets(self, cloud: Cloud, subnets: list[str]) -> None:
        make_group(cloud, subnets)
        (found,) = cloud.client("rds").describe_db_subnet_groups(DBSubnetGroupName="private")["DBSubnetGroups"]
        assert [each["SubnetIdentifier"] for each in found["Subnets"]] == subnets

    def test_needs_two_zones(self, cloud: Cloud, subnets: list[str]) -> None:
        assert error_of(make_group, cloud=cloud, subnets=subnets[:1]) == (
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            (
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. "
                "Add subnets to cover at least 2 AZs."
            ),
            400,
        )

    def test_needs_subnets_that_are_there(self, cloud: Cloud, subnets: list[str]) -> None:
        assert error_of(make_group, cloud=cloud, subnets=[*subnets, "subnet-0"])[0] == "InvalidSubnet"

    def test_is_not_deleted_while_it_is_used(self, cloud: Cloud, subnets: list[str], make_cluster: Clusters) -> None:
        make_group(cloud, subnets)
        rds = cloud.client("rds")
        assert make_cluster(**POSTGRESQL, DBSubnetGroupName="private")["DBSubnetGroup"] == "private"
        assert error_of(rds.delete_db_subnet_group, DBSubnetGroupName="private")[0] == "InvalidDBSubnetGroupStateFault"
        rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)
        rds.delete_db_subnet_group(DBSubnetGroupName="private")
        assert rds.describe_db_subnet_groups()["DBSubnetGroups"] == []


def test_parameter_groups_are_there(cloud: Cloud) -> None:
    rds = cloud.client("rds")
    rds.create_db_cluster_parameter_group(
        DBClusterParameterGroupName="ours", DBParameterGroupFamily="aurora-mysql8.0", Description="ours"
    )
    found = rds.describe_db_cluster_parameter_groups(DBClusterParameterGroupName="ours")["DBClusterParameterGroups"]
    assert [each["DBClusterParameterGroupName"] for each in found] == ["ours"]
