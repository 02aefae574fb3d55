"""Programs with packages of other kinds than `pulumi_aws` of today; for a large one, a few lines of the same form stand in."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.check import Fix
from keyturn.edit import mend
from keyturn.graph import Graph, Unknown
from programs import only, planned

PACKAGE = """
import pulumi

def camel(name):
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)

class Resource(pulumi.CustomResource):
    outputs = ()
    def __init__(self, name, opts=None, **arguments):
        given = {camel(argument): value for argument, value in arguments.items()}
        super().__init__(self.token, name, {**dict.fromkeys(self.outputs), **given}, opts)
    def output(self, name):
        return pulumi.get(self, camel(name))

class Key(Resource):
    token, outputs = "aws-native:kms:Key", ("arn", "keyId")

class DbCluster(Resource):
    token, outputs = "aws-native:rds:DbCluster", ("dbClusterIdentifier",)

class DbInstance(Resource):
    token = "aws-native:rds:DbInstance"

class Topic(Resource):
    token, outputs = "aws-native:sns:Topic", ("topicArn", "topicName")

def invoke(name, **arguments):
    return pulumi.runtime.invoke(f"aws-native:index:{name}", arguments).value
"""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "site-packages"
    library.mkdir()
    (library / "pulumi_aws_native_small.py").write_text(PACKAGE)
    monkeypatch.syspath_prepend(str(library))


def program(folder: Path, text: str) -> Graph:
    return planned(folder, f"import pulumi_aws_native_small as native\n{text}", region="eu-west-1")


@pytest.mark.usefixtures("package")
def test_resources_know_each_other_by_their_names_too(tmp_path: Path) -> None:
    graph = program(
        tmp_path,
        """
cluster = native.DbCluster("cluster", engine="aurora-mysql")
native.DbInstance("one", engine="aurora-mysql", db_cluster_identifier=cluster.output("db_cluster_identifier"))
topic = native.Topic("topic", topic_name="alarms")
pulumi.export("topic", topic.output("topic_name"))
""",
    )
    instance, cluster = only(graph, "AWS::RDS::DBInstance"), only(graph, "AWS::RDS::DBCluster")
    assert graph.follow(instance, "DBClusterIdentifier", types=("AWS::RDS::DBCluster",)) is cluster
    assert graph.outputs["topic"].value == "alarms"


@pytest.mark.usefixtures("package")
def test_properties_stand_where_the_program_says_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    graph = program(
        tmp_path,
        """
native.DbInstance(
    "one",
    db_instance_class="db.t3.small",
    tags=[{"key": "a", "value": "b"}],
)
native.Key("key", key_policy={
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"},
    ],
})
""",
    )
    first = 6  # The line of the first call: behind the head, the import and the line break.
    instance, key = only(graph, "AWS::RDS::DBInstance"), only(graph, "AWS::KMS::Key")
    assert instance.at("DBInstanceClass").place.line == first + 2
    assert instance.at("Tags", 0, "Value").place.line == first + 3
    assert key.at("KeyPolicy", "Statement", 0, "Action").place.line == first + 7
    fixes = [
        Fix("admit", key.at("KeyPolicy", "Statement"), append={"Sid": "More"}),
        Fix("encrypt", instance.at("StorageEncrypted"), replace=True),
    ]
    assert mend(graph, fixes) == [
        "__main__.py:12:5: admit",
        "__main__.py:6:1: not mended (encrypt): what pulumi_aws_native calls `StorageEncrypted` is not known",
    ]
    assert '"Sid": "More"' in (tmp_path / "__main__.py").read_text()


@pytest.mark.usefixtures("package")
def test_invokes_are_answered(tmp_path: Path) -> None:
    graph = program(
        tmp_path,
        """
pulumi.export("account", native.invoke("getAccountId")["accountId"])
pulumi.export("region", native.invoke("getRegion")["region"])
pulumi.export("suffix", native.invoke("getUrlSuffix")["urlSuffix"])
pulumi.export("zones", native.invoke("getAzs")["azs"])
pulumi.export("others", native.invoke("getAzs", region="us-west-1")["azs"])
pulumi.export("blocks", native.invoke("cidr", ipBlock="10.0.0.0/16", count=2, cidrBits=8)["subnets"])
pulumi.export("none", native.invoke("cidr", ipBlock="10.0.0.0/30", count=2, cidrBits=8))
""",
    )
    assert {name: output.value for name, output in graph.outputs.items()} == {
        "account": "123456789012",
        "region": "eu-west-1",
        "suffix": "amazonaws.com",
        "zones": ("eu-west-1a", "eu-west-1b", "eu-west-1c"),
        "others": ("us-west-1a", "us-west-1c"),
        "blocks": ("10.0.0.0/24", "10.0.1.0/24"),
        "none": {"ipBlock": "10.0.0.0/30", "count": 2, "cidrBits": 8},
    }


@pytest.mark.filterwarnings("ignore:.*has been deprecated:DeprecationWarning")
def test_the_names_of_buckets_before_pulumi_7_are_known(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        bucket = aws.s3.BucketV2("b", bucket="logs")
        aws.s3.BucketVersioningV2("v", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
        pulumi.export("arn", bucket.arn)
        """,
    )
    assert only(graph, "AWS::S3::Bucket").get("VersioningConfiguration") == {"Status": "Enabled"}
    assert graph.outputs["arn"].value == "arn:aws:s3:::logs"
    assert not graph.remarks


def test_components_that_other_packages_make_are_told_of(tmp_path: Path) -> None:
    """As all of `awsx`: the engine has their own package make what is in them."""
    graph = planned(
        tmp_path,
        """
        class Vpc(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("awsx:ec2:Vpc", name, {"vpc_id": None}, None, remote=True)

            @property
            @pulumi.getter(name="vpcId")
            def vpc_id(self) -> pulumi.Output[str]:
                return pulumi.get(self, "vpc_id")

        aws.ec2.SecurityGroup("group", vpc_id=Vpc("main").vpc_id)
        """,
    )
    assert only(graph, "AWS::EC2::SecurityGroup").get("VpcId") == Unknown("known only after main is deployed")
    assert [remark.text for remark in graph.remarks] == [
        "`main` is a awsx:ec2:Vpc, which its own package makes: what is in it is not looked at"
    ]


def test_lists_of_what_aws_answers_have_items_that_are_unknown(tmp_path: Path) -> None:
    """As of the subnets of a network: programs go through them, take the first ones, and hand the whole list on."""
    graph = planned(
        tmp_path,
        """
        found = aws.ec2.get_subnets(filters=[{"name": "vpc-id", "values": [aws.ec2.get_vpc(default=True).id]}])
        aws.rds.SubnetGroup("group", subnet_ids=found.ids)
        aws.ec2.Instance("instance", subnet_id=found.ids[1])
        for number, subnet in enumerate(found.ids):
            aws.ec2.RouteTableAssociation(f"a{number}", subnet_id=subnet, route_table_id="rtb-1")
        pulumi.export("block", aws.ec2.get_vpc(default=True).cidr_block_associations[0].cidr_block)
        """,
    )
    unknown = Unknown("getSubnets is answered by AWS")
    assert only(graph, "AWS::RDS::DBSubnetGroup").get("SubnetIds") == (unknown,) * 3
    assert only(graph, "AWS::EC2::Instance").get("SubnetId") == unknown
    assert len(list(graph.of_type("AWS::EC2::SubnetRouteTableAssociation"))) == 3
    assert graph.outputs["block"].value == Unknown("getVpc is answered by AWS")
