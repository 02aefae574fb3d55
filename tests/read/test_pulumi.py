"""Pulumi programs become planned worlds: names, references, parts, secrets, places."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.graph import Ref, Text, Unknown
from keyturn.read.resolve import references
from programs import only, planned


def refs(value: object) -> list[Ref]:
    return list(references(value))  # type: ignore[arg-type]


def test_names_are_cloudformation_s(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.kms.Key("logs-key", enable_key_rotation=True, deletion_window_in_days=7, tags={"Environment": "dev"})
        """,
    )
    key = only(graph, "AWS::KMS::Key")
    assert key.name == "LogsKey"
    assert key.label == "logs-key"
    assert key.properties == {
        "EnableKeyRotation": True,
        "PendingWindowInDays": 7,
        "Tags": ({"Key": "Environment", "Value": "dev"},),
    }


def test_a_reference_reads_as_what_it_will_be_and_knows_its_way_back(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        key = aws.kms.Key("key")
        aws.cloudwatch.LogGroup("group", kms_key_id=key.arn)
        """,
    )
    key, group = only(graph, "AWS::KMS::Key"), only(graph, "AWS::Logs::LogGroup")
    assert group.get("KmsKeyId") == key.arn
    assert refs(group.get("KmsKeyId")) == [Ref("Key", "Arn")]
    assert graph.follow(group, "KmsKeyId", types=("AWS::KMS::Key",)) is key


@pytest.mark.parametrize(
    "policy",
    [
        'pulumi.Output.json_dumps({"Statement": [{"Resource": bucket.arn.apply(lambda arn: arn + "/*")}]})',
        'bucket.arn.apply(lambda arn: json.dumps({"Statement": [{"Resource": arn + "/*"}]}))',
        """pulumi.Output.concat('{"Statement": [{"Resource": "', bucket.arn, '/*"}]}')""",
        """pulumi.Output.format('{{"Statement": [{{"Resource": "{0}/*"}}]}}', bucket.arn)""",
        'aws.iam.get_policy_document_output(statements=[{"resources": [pulumi.Output.concat(bucket.arn, "/*")]}]).json',
    ],
)
def test_a_reference_survives_however_a_policy_is_put_together(tmp_path: Path, policy: str) -> None:
    graph = planned(
        tmp_path,
        f"""
        bucket = aws.s3.Bucket("bucket", bucket="the-bucket")
        aws.s3.BucketPolicy("policy", bucket=bucket.id, policy={policy})
        """,
    )
    resource = only(graph, "AWS::S3::BucketPolicy").get("PolicyDocument", "Statement", 0, "Resource")
    assert isinstance(resource, Text)
    assert resource == "arn:aws:s3:::the-bucket/*"
    assert resource.parts == (Ref("Bucket", "Arn"), "/*")


def test_a_program_may_take_a_reference_apart(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        key = aws.kms.Key("key")
        account = key.arn.apply(lambda arn: arn.split(":")[4])
        last = key.arn.apply(lambda arn: arn.split("/")[-1])
        aws.cloudwatch.EventRule("rule", name=account, description=last, schedule_expression="rate(1 hour)")
        """,
    )
    rule = only(graph, "AWS::Events::Rule")
    assert rule.get("Name") == "123456789012"
    assert rule.get("Description") == only(graph, "AWS::KMS::Key").identity
    assert rule.depends_on == ("Key",), "the reference is gone, the dependency is not"


def test_lists_of_outputs_have_what_a_program_takes_from_them(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        cluster = aws.rds.Cluster(
            "cluster", engine="aurora-mysql", master_username="admin", manage_master_user_password=True
        )
        pulumi.export("secret", cluster.master_user_secrets[0].secret_arn)
        """,
    )
    secret = graph.outputs["secret"].value
    assert isinstance(secret, str)
    assert secret.startswith("arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!cluster-")
    assert refs(secret) == [Ref("Cluster", "MasterUserSecret.SecretArn")]


def test_what_only_aws_knows_is_unknown_with_its_reason(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        reference = pulumi.StackReference("org/network/dev")
        zone = aws.ec2.get_vpc(default=True)
        aws.ec2.SecurityGroup("one", vpc_id=reference.get_output("vpcId"))
        aws.ec2.SecurityGroup("two", vpc_id=zone.id, name=pulumi.Output.concat("of-", zone.id))
        """,
    )
    one, two = graph.of_type("AWS::EC2::SecurityGroup")
    assert {one.name: one.get("VpcId"), two.name: two.get("VpcId")} == {
        "One": Unknown("known only after org/network/dev is deployed"),
        "Two": Unknown("getVpc is answered by AWS"),
    }
    named = graph.resources["Two"]
    assert named.get("GroupName") == Unknown("getVpc is answered by AWS"), "unknown stays unknown through a join"


def test_invokes_answer_for_the_world_that_the_program_is_read_for(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        pulumi.export("account", aws.get_caller_identity().account_id)
        pulumi.export("region", aws.get_region().region)
        pulumi.export("partition", aws.get_partition().partition)
        pulumi.export("zones", aws.get_availability_zones(state="available").names)
        """,
        region="cn-north-1",
    )
    assert {name: output.value for name, output in graph.outputs.items()} == {
        "account": "123456789012",
        "region": "cn-north-1",
        "partition": "aws-cn",
        "zones": ("cn-north-1a", "cn-north-1b", "cn-north-1c"),
    }


def test_a_program_may_compare_what_invokes_answer(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'pulumi.export("here", aws.get_region().region == "us-east-1")')
    assert graph.outputs["here"].value is True


def test_secrets_are_opened_where_they_are_references_or_policies_only(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        key = aws.kms.Key("key", policy=pulumi.Output.secret(json.dumps({"Statement": []})))
        secret = aws.secretsmanager.Secret("secret", kms_key_id=pulumi.Output.secret(key.arn))
        aws.secretsmanager.SecretVersion(
            "version", secret_id=secret.id, secret_string=pulumi.Output.secret(json.dumps({"password": "hunter2"}))
        )
        aws.rds.Instance("db", instance_class="db.t3.micro", password=pulumi.Output.secret("hunter2"))
        """,
    )
    secret = only(graph, "AWS::SecretsManager::Secret")
    assert secret.get("KmsKeyId") == only(graph, "AWS::KMS::Key").arn
    assert only(graph, "AWS::KMS::Key").get("KeyPolicy") == {"Statement": ()}
    assert isinstance(secret.get("SecretString"), Unknown)
    assert isinstance(only(graph, "AWS::RDS::DBInstance").get("MasterUserPassword"), Unknown)
    assert "hunter2" not in repr(graph)


def test_security_group_rules_name_one_peer_each(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        group = aws.ec2.SecurityGroup(
            "group",
            ingress=[{"protocol": "tcp", "from_port": 443, "toPort": 443, "cidr_blocks": ["10.0.0.0/8", "11.0.0.0/8"]}],
        )
        """,
    )
    group = only(graph, "AWS::EC2::SecurityGroup")
    common = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
    assert group.get("SecurityGroupIngress") == (
        {**common, "CidrIp": "10.0.0.0/8"},
        {**common, "CidrIp": "11.0.0.0/8"},
    )
    assert str(group.at("SecurityGroupIngress", 1, "CidrIp").place) == "__main__.py:6:97"


def test_a_group_without_outbound_rules_is_closed_as_the_provider_closes_it(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'aws.ec2.SecurityGroup("group")')
    assert only(graph, "AWS::EC2::SecurityGroup").get("SecurityGroupEgress", 0, "CidrIp") == "127.0.0.1/32"


def test_a_package_is_uploaded_at_deployment(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        code = pulumi.AssetArchive({".": pulumi.FileArchive("./build")})
        aws.lambda_.Function("one", role="arn", code=pulumi.FileArchive("function.zip"))
        aws.lambda_.Function("two", role="arn", code=code)
        """,
    )
    one, two = (graph.resources[name] for name in ("One", "Two"))
    assert one.metadata["Package"] == "function.zip"
    assert two.metadata["Package"] == ("./build",)
    assert isinstance(one.get("Code", "S3Key"), Unknown)


def test_what_resources_depend_on_without_saying_it_in_properties(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        group = aws.cloudwatch.LogGroup("group")
        role = aws.iam.Role("role", assume_role_policy="{}")
        policy = aws.iam.RolePolicy("policy", role=role.id, policy="{}")
        aws.lambda_.Function("function", role=role.arn, opts=pulumi.ResourceOptions(depends_on=[group, policy]))
        """,
    )
    assert only(graph, "AWS::Lambda::Function").depends_on == ("Group",), "the policy is part of the role"


def test_deletion_is_kept_as_the_program_asks_for_it(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.kms.Key("kept", opts=pulumi.ResourceOptions(retain_on_delete=True))
        aws.rds.Cluster("gone", engine="aurora-mysql", skip_final_snapshot=True)
        aws.rds.Cluster("saved", engine="aurora-mysql")
        """,
    )
    policies = {name: resource.metadata.get("DeletionPolicy") for name, resource in graph.resources.items()}
    assert policies == {"Kept": "Retain", "Gone": "Delete", "Saved": "Snapshot"}


def test_a_resource_goes_where_its_provider_or_itself_says(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        west = aws.Provider("west", region="us-west-2")
        aws.kms.Key("one", opts=pulumi.ResourceOptions(provider=west))
        aws.kms.Key("two", region="eu-west-1")
        aws.kms.Key("three")
        other = aws.Provider("other", region="us-west-2", allowed_account_ids=["444455556666"])
        aws.kms.Key("four", region="eu-west-1", opts=pulumi.ResourceOptions(provider=other))
        """,
    )
    places = {name: (resource.region, resource.account) for name, resource in graph.resources.items()}
    assert places == {
        "One": ("us-west-2", "123456789012"),
        "Two": ("eu-west-1", "123456789012"),
        "Three": ("us-east-1", "123456789012"),
        "Four": ("eu-west-1", "444455556666"),
    }


def test_what_is_not_mapped_is_said_and_the_rest_is_read(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.appconfig.Application("application")
        key = aws.kms.Key("key", xks_key_id="xks")
        """,
    )
    assert [f"{remark.place}: {remark.text}" for remark in graph.remarks] == [
        "__main__.py:4:1: `application` is a aws:appconfig/application:Application, which is not mapped: it is left out",
        "__main__.py:5:26: `xks_key_id` of key is not mapped: it is left out",
    ]
    assert only(graph, "AWS::KMS::Key").properties == {}


def test_two_resources_may_share_a_name_if_their_types_differ(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.kms.Key("app")
        aws.iam.Role("app", assume_role_policy="{}")
        """,
    )
    assert {resource.type: resource.name for resource in graph} == {"AWS::KMS::Key": "App", "AWS::IAM::Role": "AppRole"}


def test_the_same_resource_twice_is_what_pulumi_refuses(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'aws.kms.Key("a")\naws.kms.Key("a")\n')
    (remark,) = graph.remarks
    assert remark.text == "there is a a already: Pulumi refuses it"


def test_a_component_s_resources_stand_where_the_user_wrote_them(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        class Logs(pulumi.ComponentResource):
            def __init__(self, name):
                super().__init__("example:index:Logs", name)
                self.key = aws.kms.Key(f"{name}-key", description="logs", opts=pulumi.ResourceOptions(parent=self))

        Logs("application")
        """,
    )
    key = only(graph, "AWS::KMS::Key")
    assert str(key.place) == "__main__.py:7:20"
    assert str(key.at("Description").place) == "__main__.py:7:47"


def test_resources_passed_as_such_are_references(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        role = aws.iam.Role("role", assume_role_policy="{}")
        aws.iam.RolePolicyAttachment("attachment", role=role, policy_arn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        """,
    )
    assert only(graph, "AWS::IAM::Role").get("ManagedPolicyArns") == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)


def test_existing_resources_are_known_by_their_id_and_not_declared(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        vpc = aws.ec2.Vpc.get("vpc", "vpc-0123456789abcdef0")
        aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block=vpc.cidr_block)
        """,
    )
    subnet = only(graph, "AWS::EC2::Subnet")
    assert list(graph.resources) == ["Subnet"]
    assert subnet.get("VpcId") == "vpc-0123456789abcdef0"
    assert isinstance(subnet.get("CidrBlock"), Unknown)


def test_portable_worlds_are_made_of_references(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        account = aws.get_caller_identity().account_id
        aws.kms.Key("key", description=f"arn:aws:iam::{account}:root")
        """,
        portable=True,
    )
    value = only(graph, "AWS::KMS::Key").get("Description")
    assert value == "arn:aws:iam::123456789012:root"
    assert refs(value) == [Ref("AWS::AccountId")]


def test_every_run_gives_the_same_world(tmp_path: Path) -> None:
    program = """
        key = aws.kms.Key("key", tags={"b": "1", "a": "2"})
        for number in range(5):
            aws.cloudwatch.LogGroup(f"group-{number}", kms_key_id=key.arn, retention_in_days=number + 1)
            aws.kms.Key(f"key-{number}")
        """
    first, second = planned(tmp_path, program), planned(tmp_path, program)
    assert [repr(resource) for resource in first] == [repr(resource) for resource in second]


def test_what_is_not_mapped_inside_an_object_has_its_place(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.lambda_.EventSourceMapping("mapping", function_name="f", scaling_config={"maximum_concurrency": 2, "other": 1})
        """,
    )
    assert [f"{remark.place}: {remark.text}" for remark in graph.remarks] == [
        "__main__.py:4:104: `scaling_config.other` of mapping is not mapped: it is left out"
    ]


def test_a_policy_that_is_not_json_is_unknown(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'aws.kms.Key("key", policy="{")')
    policy = only(graph, "AWS::KMS::Key").get("KeyPolicy")
    assert isinstance(policy, Unknown)
    assert policy.because.startswith("it is not JSON")


def test_parameters_of_a_group_are_an_object(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.rds.ClusterParameterGroup(
            "group", family="aurora-mysql8.0", parameters=[{"name": "require_secure_transport", "value": "ON"}]
        )
        """,
    )
    group = only(graph, "AWS::RDS::DBClusterParameterGroup")
    assert group.get("Parameters") == {"require_secure_transport": "ON"}


def test_a_group_that_admits_itself(tmp_path: Path) -> None:
    graph = planned(
        tmp_path, 'aws.ec2.SecurityGroup("g", ingress=[{"protocol": "-1", "from_port": 0, "to_port": 0, "self": True}])'
    )
    (rule,) = only(graph, "AWS::EC2::SecurityGroup").get("SecurityGroupIngress")  # type: ignore[misc]
    assert rule == {"IpProtocol": "-1", "SourceSecurityGroupId": Unknown("the group itself")}


def test_a_bucket_is_completed_by_what_stands_beside_it(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        bucket = aws.s3.Bucket("bucket", bucket="the-bucket")
        aws.s3.BucketVersioning("v", bucket=bucket.id, versioning_configuration={"status": "Enabled"})
        aws.s3.BucketPublicAccessBlock("p", bucket=bucket.id, block_public_acls=True)
        aws.s3.BucketNotification(
            "n", bucket=bucket.id, queues=[{"queue_arn": "arn:q", "events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]
        )
        """,
    )
    bucket = only(graph, "AWS::S3::Bucket")
    assert bucket.get("VersioningConfiguration") == {"Status": "Enabled"}
    assert bucket.get("PublicAccessBlockConfiguration") == {"BlockPublicAcls": True}
    assert bucket.get("NotificationConfiguration") == {
        "QueueConfigurations": (
            {"Queue": "arn:q", "Event": "s3:ObjectCreated:*"},
            {"Queue": "arn:q", "Event": "s3:ObjectRemoved:*"},
        )
    }


def test_numbers_that_json_does_not_have(tmp_path: Path) -> None:
    graph = planned(tmp_path, 'pulumi.export("x", float("inf"))')
    assert graph.outputs["x"].value == float("inf")


def test_an_asynchronous_program(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        import asyncio

        async def main():
            await asyncio.sleep(0)
            return {"arn": aws.kms.Key("key").arn}

        pulumi.run(main)
        """,
    )
    assert graph.outputs["arn"].value == only(graph, "AWS::KMS::Key").arn


def test_transformations_are_applied(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        def describe(args):
            return pulumi.ResourceTransformationResult({**args.props, "description": "changed"}, args.opts)

        pulumi.runtime.register_stack_transformation(describe)
        aws.kms.Key("key")
        """,
    )
    assert only(graph, "AWS::KMS::Key").get("Description") == "changed"
