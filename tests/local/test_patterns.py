"""Templates that are right deploy: those of `tests/silent/patterns/`, as AWS documents them, and with nothing passed over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from keyturn.local.cloud import Cloud
from keyturn.local.rds.addresses import Address
from keyturn.local.rds.servers import Servers
from stacks import create, delete
from surroundings import around, prepare

FOLDER = Path(__file__).resolve().parent.parent / "silent" / "patterns"
EXCEPT = {
    "aurora-global": "no global databases here",
    "bus-of-an-organization": "its key names a role that is not declared",
    "fargate-behind-balancer": "its certificate is not declared",
    "imported-keys": "its exports are another stack's",
    "mysql-replica": "no replicas here",
    "restored-snapshot": "no snapshots here",
    "rotation-across-vpcs": "the local AWS does not expand AWS's own rotation functions",
    "rotation-alternating-users": "no Serverless Application Repository here",
    "rotation-hosted": "the local AWS does not expand AWS's own rotation functions",
    "rotation-own-function": "a bucket that is not declared",
    "rotation-public-database": "the local AWS does not expand AWS's own rotation functions",
    "two-protocols": "moto gives endpoints no names by zone",
}
"""Those that cannot be deployed here, and why."""
PARTLY = {"bus-with-archive", "rest-api"}
"""Where a property is passed over, and said to be."""

TEMPLATES = [path for path in sorted(FOLDER.glob("*.yaml")) if path.stem not in EXCEPT]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Cloud, list[dict[str, str]]]]:
    with Cloud.start(tmp_path_factory.mktemp("patterns")) as cloud, pytest.MonkeyPatch.context() as patch:

        def start(
            self: Servers, identity: str, engine: str, host: str, port: int | None, *_: Any, **__: Any
        ) -> Address:
            return Address(f"{host}.rds.invalid", port or 3306)

        patch.setattr(Servers, "start", start)
        prepare(cloud, patch, [path.read_text() for path in TEMPLATES])
        yield cloud, given(cloud)


def given(cloud: Cloud) -> list[dict[str, str]]:
    """What templates ask for of a network that stands."""
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]
    values = {"Vpc": vpc, "Subnets": ",".join(subnets)}
    return [{"ParameterKey": name, "ParameterValue": value} for name, value in values.items()]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_that_is_right_deploys(world: tuple[Cloud, list[dict[str, str]]], path: Path) -> None:
    cloud, values = world
    text = path.read_text()
    parameters = [
        each for each in values if f"\n  {each['ParameterKey']}: {{Type: " in text.partition("\nResources:")[0] + "\n"
    ]
    client = cloud.client("cloudformation")
    named = text.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", cloud.account)
    with around(cloud, named):
        stack = create(client, text, "pattern", Parameters=parameters, Capabilities=["CAPABILITY_NAMED_IAM"])
        try:
            assert stack.status == "CREATE_COMPLETE", (stack.failures, stack.events[-1])
            passed_over = {name for name, _, reason in stack.events if "takes no notice" in reason}
            assert bool(passed_over) == (path.stem in PARTLY), passed_over
        finally:
            for cluster in cloud.client("rds").describe_db_clusters()["DBClusters"]:
                cloud.client("rds").modify_db_cluster(
                    DBClusterIdentifier=cluster["DBClusterIdentifier"], DeletionProtection=False
                )
            for each in cloud.client("rds").describe_db_instances()["DBInstances"]:
                if "DBClusterIdentifier" not in each:
                    cloud.client("rds").modify_db_instance(
                        DBInstanceIdentifier=each["DBInstanceIdentifier"], DeletionProtection=False
                    )
            gone = delete(client, "pattern")
        assert gone.status == "DELETE_COMPLETE", gone.failures


def test_what_is_left_out_is_there() -> None:
    assert [name for name in EXCEPT if not (FOLDER / f"{name}.yaml").is_file()] == []
