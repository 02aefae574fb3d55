"""A database whose server takes long, for it is fetched first: its maker is answered soon, and others see that it is to come."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud
from keyturn.local.rds import coming, servers
from keyturn.problem import Problem
from processes import PATIENCE, eventually
from stacks import create

MASTER = {"MasterUsername": "admin1", "MasterUserPassword": "not-a-real-1"}


class Slow:
    """A server that is there when it is let, or is not to be had."""

    followed = None

    def __init__(self) -> None:
        self.let = threading.Event()
        self.trouble: str | None = None
        self.begun = 0
        self.stopped: list[str] = []

    def start(self, folder: Path, *, host: str, port: int, **_: Any) -> Any:
        self.begun += 1
        assert self.let.wait(PATIENCE)
        if self.trouble:
            raise Problem(self.trouble)
        return Started(self, folder.name, host, port)


class Started:
    def __init__(self, of: Slow, name: str, host: str, port: int) -> None:
        self._of, self._name, self.host, self.port = of, name, host, port

    def create_database(self, name: str, owner: str) -> None: ...

    def stop(self) -> None:
        self._of.stopped.append(self._name)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Slow:
    made = Slow()
    monkeypatch.setattr(coming, "SOON", 0.05)
    monkeypatch.setattr(servers, "kinds", lambda: {"aurora-mysql": made, "mysql": made})
    return made


@pytest.fixture
def rds(cloud: Cloud, slow: Slow) -> Any:
    return cloud.client("rds")


def status(rds: Any) -> str:
    found: str = rds.describe_db_clusters(DBClusterIdentifier="c")["DBClusters"][0]["Status"]
    return found


def make_cluster(rds: Any) -> dict[str, Any]:
    made: dict[str, Any] = rds.create_db_cluster(DBClusterIdentifier="c", Engine="aurora-mysql", **MASTER)["DBCluster"]
    return made


def test_a_cluster_is_creating_until_its_server_is_there(rds: Any, slow: Slow) -> None:
    made = make_cluster(rds)
    instance = rds.create_db_instance(
        DBInstanceIdentifier="i", DBClusterIdentifier="c", Engine="aurora-mysql", DBInstanceClass="db.t3.medium"
    )["DBInstance"]
    assert (made["Status"], instance["DBInstanceStatus"], status(rds)) == ("creating", "creating", "creating")
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "creating"
    slow.let.set()
    assert eventually(lambda: status(rds) == "available")
    found = rds.describe_db_clusters()["DBClusters"][0]
    assert (found["Endpoint"], found["Port"]) == (made["Endpoint"], made["Port"])
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available"
    assert slow.begun == 1


def test_an_instance_alone_is_too(rds: Any, slow: Slow) -> None:
    settings = {"DBInstanceClass": "db.t3.medium", "AllocatedStorage": 20, "Engine": "mysql", **MASTER}
    rds.create_db_instance(DBInstanceIdentifier="i", **settings)
    assert rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "creating"
    with pytest.raises(ClientError, match="Database instance is not in available state"):
        rds.modify_db_instance(DBInstanceIdentifier="i", BackupRetentionPeriod=3)
    slow.let.set()
    assert eventually(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")


def test_it_cannot_be_changed_meanwhile(rds: Any, slow: Slow) -> None:
    make_cluster(rds)
    with pytest.raises(ClientError, match="DB cluster is not in available state"):
        rds.modify_db_cluster(DBClusterIdentifier="c", MasterUserPassword="another-one-2")
    slow.let.set()


def test_what_is_deleted_meanwhile_goes_when_it_is_there(rds: Any, slow: Slow) -> None:
    make_cluster(rds)
    rds.delete_db_cluster(DBClusterIdentifier="c", SkipFinalSnapshot=True)
    assert rds.describe_db_clusters()["DBClusters"] == []
    slow.let.set()
    assert eventually(lambda: len(slow.stopped) == 1)


def test_a_server_that_is_not_to_be_had_in_the_end(rds: Any, slow: Slow) -> None:
    slow.trouble = "it cannot be fetched"
    make_cluster(rds)
    slow.let.set()
    assert eventually(lambda: status(rds) == "failed")
    rds.delete_db_cluster(DBClusterIdentifier="c", SkipFinalSnapshot=True)


def test_a_server_that_is_not_to_be_had_at_once_refuses_the_call(rds: Any, slow: Slow) -> None:
    slow.trouble = "it cannot be fetched"
    slow.let.set()
    with pytest.raises(ClientError, match="it cannot be fetched"):
        make_cluster(rds)
    assert rds.describe_db_clusters()["DBClusters"] == []


def test_a_stack_waits_for_it(cloud: Cloud, rds: Any, slow: Slow) -> None:
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql", **MASTER}}
    threading.Timer(0.5, slow.let.set).start()
    assert create(cloud.client("cloudformation"), {"Resources": {"C": cluster}}).status == "CREATE_COMPLETE"


def test_a_stack_whose_database_does_not_come_fails(cloud: Cloud, rds: Any, slow: Slow) -> None:
    slow.trouble = "it cannot be fetched"
    cluster = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-mysql", **MASTER}}
    threading.Timer(0.5, slow.let.set).start()
    stack = create(cloud.client("cloudformation"), {"Resources": {"C": cluster}})
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "cannot start the database's server" in stack.failures["C"]
