"""Parts go into what they complete, and no cycle comes of it."""

from __future__ import annotations

from pathlib import Path

from keyturn.graph import Graph, Text
from keyturn.read import read
from keyturn.read.order import order
from programs import only, planned


def test_a_key_s_policy_a_role_s_policies_a_secret_s_value_a_rule_s_targets(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        key = aws.kms.Key("key")
        aws.kms.KeyPolicy("key-policy", key_id=key.id, policy=json.dumps({"Statement": []}))
        role = aws.iam.Role("role", assume_role_policy="{}", managed_policy_arns=["arn:aws:iam::aws:policy/A"])
        aws.iam.RolePolicy("role-policy", role=role.name, policy=json.dumps({"Statement": []}))
        aws.iam.RolePolicyAttachment("attachment", role=role.name, policy_arn="arn:aws:iam::aws:policy/B")
        secret = aws.secretsmanager.Secret("secret")
        aws.secretsmanager.SecretVersion("version", secret_id=secret.id, secret_string="{}")
        rule = aws.cloudwatch.EventRule("rule", schedule_expression="rate(1 hour)")
        aws.cloudwatch.EventTarget("target", rule=rule.name, arn="arn:aws:lambda:us-east-1:123456789012:function:f")
        """,
    )
    assert sorted(resource.type for resource in graph) == [
        "AWS::Events::Rule",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::SecretsManager::Secret",
    ]
    role = only(graph, "AWS::IAM::Role")
    assert only(graph, "AWS::KMS::Key").get("KeyPolicy") == {"Statement": ()}
    assert role.get("Policies") == ({"PolicyName": "RolePolicy", "PolicyDocument": {"Statement": ()}},)
    assert role.get("ManagedPolicyArns") == ("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B")
    # What the provider keeps as a secret of itself is not shown.
    assert "SecretString" in only(graph, "AWS::SecretsManager::Secret").properties
    assert only(graph, "AWS::Events::Rule").get("Targets") == (
        {"Id": "Target", "Arn": "arn:aws:lambda:us-east-1:123456789012:function:f"},
    )


def test_a_part_s_lines_stay_its_own(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        key = aws.kms.Key("key")
        aws.kms.KeyPolicy("key-policy", key_id=key.id, policy=json.dumps({"Statement": []}))
        """,
    )
    key = only(graph, "AWS::KMS::Key")
    assert str(key.place) == "__main__.py:4:7"
    assert str(key.at("KeyPolicy", "Statement").place) == "__main__.py:5:67"


def test_a_part_of_what_is_not_declared_here(tmp_path: Path) -> None:
    graph = planned(
        tmp_path,
        """
        aws.iam.RolePolicy("policy", role="existing", policy=json.dumps({"Statement": []}))
        aws.kms.KeyPolicy("key-policy", key_id="1234", policy=json.dumps({"Statement": []}))
        """,
    )
    assert only(graph, "AWS::IAM::Policy").get("Roles") == ("existing",)
    assert [remark.text for remark in graph.remarks] == ["`key-policy` completes a resource that is not declared here"]


def _circular(tmp_path: Path) -> Graph:
    return planned(
        tmp_path,
        """
        key = aws.kms.Key("key")
        group = aws.cloudwatch.LogGroup("group", name="/app", kms_key_id=key.arn)
        aws.kms.KeyPolicy("policy", key_id=key.id, policy=pulumi.Output.json_dumps({"Statement": [{"Resource": group.arn}]}))
        """,
    )


def test_a_part_that_leads_back_is_written_out(tmp_path: Path) -> None:
    key = only(_circular(tmp_path), "AWS::KMS::Key")
    resource = key.get("KeyPolicy", "Statement", 0, "Resource")
    assert resource == "arn:aws:logs:us-east-1:123456789012:log-group:/app"
    assert not isinstance(resource, Text)


def test_no_cycle_comes_of_it(tmp_path: Path) -> None:
    assert [resource.name for resource in order(_circular(tmp_path))] == ["Key", "Group"]


def test_a_part_finds_what_it_completes_also_by_a_name_that_is_not_known(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        """
variable "name" {}
resource "aws_s3_bucket" "b" { bucket = "${var.name}-logs" }
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration { status = "Enabled" }
}
resource "aws_iam_role" "r" {
  name               = var.name
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy_attachment" "r" {
  role       = aws_iam_role.r.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
"""
    )
    (graph,) = read(str(tmp_path))
    assert not graph.remarks
    assert only(graph, "AWS::S3::Bucket").get("VersioningConfiguration", "Status") == "Enabled"
    assert only(graph, "AWS::IAM::Role").get("ManagedPolicyArns") == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)


ROLE = 'resource "aws_iam_role" "NAME" { assume_role_policy = "{}" }\n'
ROLES = ROLE.replace("NAME", "a") + ROLE.replace("NAME", "b")


def test_a_policy_of_aws_s_is_attached_to_each_role_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f"""{ROLES}
resource "aws_iam_policy_attachment" "both" {{
  name       = "both"
  roles      = [aws_iam_role.a.name, aws_iam_role.b.name]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}}
resource "aws_iam_role_policy_attachments_exclusive" "b" {{
  role_name   = aws_iam_role.b.name
  policy_arns = ["arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B"]
}}
"""
    )
    (graph,) = read(str(tmp_path))
    assert not graph.remarks
    read_only = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    assert graph.resources["IamRoleA"].get("ManagedPolicyArns") == (read_only,)
    assert graph.resources["IamRoleB"].get("ManagedPolicyArns") == (
        read_only,
        "arn:aws:iam::aws:policy/A",
        "arn:aws:iam::aws:policy/B",
    )


def test_what_a_module_is_given_that_is_not_on_this_machine_it_may_complete(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f"""{ROLES}
module "far" {{
  source = "hashicorp/consul/aws"
  count  = 2
  roles  = {{ first = [aws_iam_role.a.name], number = count.index }}
}}
"""
    )
    (graph,) = read(str(tmp_path))
    told = "the module `far` is not on this machine: what it makes is not looked at"
    assert graph.handed_on(graph.resources["IamRoleA"]) == told
    assert graph.handed_on(graph.resources["IamRoleB"]) is None
