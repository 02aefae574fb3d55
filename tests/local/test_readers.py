"""Readers of a cluster on a server of their own: a replica, which hears of everything a little later and takes no writes."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pg8000.exceptions
import pymysql
import pytest

import keyturn.stack as rotation_stack
import searched_clouds
from databases import PASSWORD, POSTGRESQL, VERSION, add_instance, error_of
from keyturn.local import mysql, postgresql
from keyturn.local.cloud import Cloud
from keyturn.local.rds import servers
from keyturn.up import run
from keyturn.up.login import log_in
from keyturn.up.proof import Proof
from keyturn.up.rotate import Rotator
from keyturn.up.screen import Screen
from keyturn.up.target import Target
from processes import eventually, kill, naming, read_line, start_owner

MYSQL = {"Engine": "aurora-mysql", "EngineVersion": VERSION}
ENGINES = pytest.mark.parametrize("engine", [MYSQL, POSTGRESQL], ids=["mysql", "postgresql"])


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud.start(tmp_path / "cloud", replicas=True) as started:
        yield started


def make(cloud: Cloud, engine: dict[str, str]) -> dict[str, Any]:
    """The cluster `orders` with a writer `first` and a reader `second`, as DescribeDBClusters tells of it."""
    rds = cloud.client("rds")
    rds.create_db_cluster(
        DBClusterIdentifier="orders",
        MasterUsername="clusteradmin",
        MasterUserPassword=PASSWORD,
        DatabaseName="shop",
        **engine,
    )
    for name in ("first", "second"):
        add_instance(cloud, name, Engine=engine["Engine"], DBInstanceClass="db.r6g.large")
    found: dict[str, Any] = rds.describe_db_clusters(DBClusterIdentifier="orders")["DBClusters"][0]
    return found


def write(cloud: Cloud, instance: str, statement: str) -> None:
    """As the master user, at the endpoint of an instance."""
    server = cloud.database(instance)
    if isinstance(server, postgresql.Server):
        with server.connect("clusteradmin", PASSWORD, database="shop") as connection:
            connection.run(statement)
    else:
        assert isinstance(server, mysql.Server)
        with server.connect("clusteradmin", PASSWORD, database="shop") as connection, connection.cursor() as cursor:
            cursor.execute(statement)


def words(cloud: Cloud, instance: str) -> list[str]:
    """What the table `words` holds at an instance; nothing where it is not."""
    server = cloud.database(instance)
    try:
        if isinstance(server, postgresql.Server):
            return [word for (word,) in server.execute("SELECT word FROM words ORDER BY 1", database="shop")]
        assert server
        return [word for (word,) in server.execute("SELECT word FROM shop.words ORDER BY 1")]
    except (pg8000.exceptions.DatabaseError, pymysql.err.ProgrammingError):
        return []


@ENGINES
def test_a_reader_follows_its_writer(cloud: Cloud, engine: dict[str, str]) -> None:
    cluster = make(cloud, engine)
    writer, reader = cloud.database("first"), cloud.database("second")
    assert writer
    assert reader
    assert writer is cloud.database("orders")
    assert (cluster["Endpoint"], cluster["ReaderEndpoint"]) == (writer.host, reader.host)
    assert writer.host != reader.host
    assert writer.port == reader.port == cluster["Port"]
    endpoint = cloud.client("rds").describe_db_instances(DBInstanceIdentifier="second")["DBInstances"][0]["Endpoint"]
    assert (endpoint["Address"], endpoint["Port"]) == (reader.host, reader.port)

    write(cloud, "first", "CREATE TABLE words (word varchar(20) PRIMARY KEY)")
    write(cloud, "first", "INSERT INTO words VALUES ('arrives')")
    assert eventually(lambda: words(cloud, "second") == ["arrives"])

    with pytest.raises((pg8000.exceptions.DatabaseError, pymysql.err.OperationalError), match=r"read.only"):
        write(cloud, "second", "INSERT INTO words VALUES ('refused')")

    if isinstance(
        reader, mysql.Server
    ):  # who follows does so over verified TLS, and leaves no password that one may read
        asked = "SELECT User_password, Enabled_ssl, Ssl_verify_server_cert FROM mysql.slave_master_info"
        assert reader.execute(asked) == [("", 1, 1)]

    rds = cloud.client("rds")
    rds.modify_db_cluster(DBClusterIdentifier="orders", MasterUserPassword="The-second-Passw0rd")
    assert eventually(lambda: logs_in(reader, "The-second-Passw0rd"))

    for name in ("second", "first"):
        rds.delete_db_instance(DBInstanceIdentifier=name)
    rds.delete_db_cluster(DBClusterIdentifier="orders", SkipFinalSnapshot=True)
    assert eventually(lambda: not naming(cloud.folder / "databases"))
    assert list((cloud.folder / "databases").iterdir()) == []


def logs_in(server: mysql.Server | postgresql.Server, password: str) -> bool:
    try:
        server.connect("clusteradmin", password).close()
    except (pg8000.exceptions.DatabaseError, pymysql.err.OperationalError):
        return False
    return True


@ENGINES
def test_a_reader_is_there_again(tmp_path: Path, engine: dict[str, str]) -> None:
    """As it was made, whatever the next cloud makes; and nothing is missing that was written meanwhile."""
    folder = tmp_path / "state"
    with Cloud.start(folder, keep=True, replicas=True) as cloud:
        before = make(cloud, engine)
        write(cloud, "first", "CREATE TABLE words (word varchar(20) PRIMARY KEY)")
    with Cloud.start(folder, keep=True) as cloud:
        (after,) = cloud.client("rds").describe_db_clusters()["DBClusters"]
        assert after["ReaderEndpoint"] == before["ReaderEndpoint"]
        write(cloud, "first", "INSERT INTO words VALUES ('again')")
        assert eventually(lambda: words(cloud, "second") == ["again"])
    assert naming(folder) == []


def test_a_cluster_whose_reader_cannot_be_is_refused_and_nothing_is_left(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS, where there is one loopback address."""
    monkeypatch.setattr(servers, "free_address", lambda port: None)
    code, text, _ = error_of(make, cloud=cloud, engine=POSTGRESQL)
    assert code == "InternalFailure"
    assert text.endswith("a reader needs an address of its own, and this machine has none but 127.0.0.1")
    assert cloud.client("rds").describe_db_clusters()["DBClusters"] == []
    assert eventually(lambda: not naming(cloud.folder / "databases"))
    assert list((cloud.folder / "databases").iterdir()) == []


@ENGINES
def test_a_rotation_waits_for_the_reader(cloud: Cloud, engine: dict[str, str]) -> None:
    """The stack with two instances, as `keyturn up` deploys and rotates it: both passwords log in where readers go."""
    arguments = rotation_stack.Arguments(environment_suffix="dev-001", engine=engine["Engine"], instances=2)
    target = Target("local", cloud.region, cloud.account, cloud.client, 0.1, 120, endpoint=cloud.endpoint)
    outputs = run.deploy_stack(
        Screen(), target, rotation_stack.graph(arguments), Proof("local", "orders", cloud.region)
    )
    (cluster,) = cloud.client("rds").describe_db_clusters()["DBClusters"]
    variables = cloud.client("lambda").get_function_configuration(FunctionName=outputs["FunctionName"])["Environment"]
    assert variables["Variables"]["DB_READER_HOST"] == cluster["ReaderEndpoint"] != cluster["Endpoint"]

    held = searched_clouds.begin(cloud)
    manager = cloud.client("secretsmanager")
    rotator = Rotator(manager, cloud.client("logs"), outputs["SecretArn"], outputs["FunctionName"], 0.1, 120)
    rotator.wait(lambda text: None)
    rotator.rotate(lambda text: None)
    tls = ssl.create_default_context(cafile=cloud.ca_file)
    for stage in ("AWSCURRENT", "AWSPREVIOUS"):
        value = manager.get_secret_value(SecretId=outputs["SecretArn"], VersionStage=stage)["SecretString"]
        log_in({**json.loads(value), "host": cluster["ReaderEndpoint"]}, tls)
    assert list(held.files()) == []


@pytest.mark.parametrize("engine", ["aurora-mysql", "aurora-postgresql"])
def test_nothing_is_left_of_a_reader_when_its_owner_is_killed(tmp_path: Path, engine: str) -> None:
    folder = tmp_path / "cloud"
    owner = start_owner(OWNER, folder, engine, PASSWORD)
    read_line(owner)
    assert len(list((folder / "databases").iterdir())) == 2
    kill(owner)
    assert eventually(lambda: not naming(folder))
    assert eventually(lambda: not list((folder / "databases").iterdir()))


OWNER = """
import sys, time
from pathlib import Path
from keyturn.local.cloud import Cloud
from keyturn.local.rds import servers

cloud = Cloud.start(Path(sys.argv[1]), replicas=True)
cloud.client("rds").create_db_cluster(
    DBClusterIdentifier="orders", Engine=sys.argv[2], MasterUsername="clusteradmin", MasterUserPassword=sys.argv[3]
)
print("ready", flush=True)
time.sleep(600)
"""
