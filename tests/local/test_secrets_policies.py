"""The policies of secrets, and the rights that calls need, as the API reference and the Service Authorization Reference have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from clouds import refusal
from keyturn.local.cloud import Cloud

Client = Callable[..., Any]


def policy(**statement: Any) -> str:
    """Of one statement, which lets whomever it names read."""
    allow = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow | statement]})


def only(**condition: Any) -> dict[str, Any]:
    return {"Condition": condition}


NARROW = [
    {"Principal": {"AWS": "arn:aws:iam::111122223333:root"}},
    {"Principal": {"AWS": "111122223333"}},
    {"Principal": {"Service": "lambda.amazonaws.com"}},
    {"Effect": "Deny"},
    only(StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
    only(ArnLike={"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}),
    only(StringEquals={"aws:PrincipalAccount": "111122223333"}),
    only(StringEquals={"aws:SourceVpce": "vpce-1a2b3c4d"}),
    only(IpAddress={"aws:SourceIp": "203.0.113.0/24"}),
]
WIDE = [
    {},
    {"Principal": {"AWS": "*"}},
    {"Principal": {"AWS": ["arn:aws:iam::111122223333:root", "*"]}},
    {"Action": "*"},
    {"Action": "secretsmanager:DeleteSecret"},
    only(StringLike={"aws:PrincipalArn": "*"}),
    only(StringNotEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
    only(StringEqualsIfExists={"aws:SourceVpce": "vpce-1a2b3c4d"}),
    only(IpAddress={"aws:SourceIp": "0.0.0.0/0"}),
]


@pytest.fixture(scope="module")
def manager(shared: Cloud) -> Any:
    return shared.client("secretsmanager")


@pytest.fixture(scope="module")
def secret(manager: Any) -> str:
    return str(manager.create_secret(Name="guarded", SecretString="1")["ARN"])


class TestAPolicy:
    @pytest.mark.parametrize("statement", NARROW, ids=str)
    def test_that_names_whom_it_lets_in_is_taken(self, manager: Any, secret: str, statement: dict[str, Any]) -> None:
        text = policy(**statement)
        put = manager.put_resource_policy(SecretId=secret, ResourcePolicy=text, BlockPublicPolicy=True)
        assert (put["ARN"], put["PolicyName"]) == (secret, "default")
        assert manager.get_resource_policy(SecretId=secret)["ResourcePolicy"] == text
        assert manager.validate_resource_policy(SecretId=secret, ResourcePolicy=text)["PolicyValidationPassed"]

    @pytest.mark.parametrize("statement", WIDE, ids=str)
    def test_that_lets_everybody_in_is_refused_when_asked(
        self, manager: Any, secret: str, statement: dict[str, Any]
    ) -> None:
        wanted = {"SecretId": secret, "ResourcePolicy": policy(**statement)}
        assert refusal(manager.put_resource_policy, **wanted, BlockPublicPolicy=True) == (
            "PublicPolicyException",
            "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret.",
        )
        told = manager.validate_resource_policy(**wanted)
        assert [each["CheckName"] for each in told["ValidationErrors"]] == ["PUBLIC_ACCESS"]
        manager.put_resource_policy(**wanted)  # by default nothing is blocked
        manager.delete_resource_policy(SecretId=secret)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("{", "syntax error"),
            ("{}", "syntax error"),
            (policy(Effect="allow"), "syntax error"),
            (policy(Principal={"AWS": "arn:aws:iam::123456789012:role/missing"}), "unsupported principal"),
        ],
        ids=["no JSON", "no statement", "no effect", "nobody"],
    )
    def test_that_is_none_is_refused(self, manager: Any, secret: str, text: str, told: str) -> None:
        code, message = refusal(manager.put_resource_policy, SecretId=secret, ResourcePolicy=text)
        assert code == "MalformedPolicyDocumentException"
        assert told in message
        answer = manager.validate_resource_policy(ResourcePolicy=text)
        assert not answer["PolicyValidationPassed"]
        assert told in answer["ValidationErrors"][0]["ErrorMessage"]

    def test_is_one_for_each_secret(self, manager: Any, secret: str) -> None:
        manager.delete_resource_policy(SecretId=secret)
        assert manager.list_resource_policies(SecretId=secret)["ResourcePolicies"] == []
        assert "ResourcePolicy" not in manager.get_resource_policy(SecretId=secret)
        manager.put_resource_policy(SecretId=secret, ResourcePolicy=policy(**NARROW[0]), PolicyName="default")
        assert manager.list_resource_policies(SecretId=secret)["ResourcePolicies"] == [{"PolicyName": "default"}]
        other = {"SecretId": secret, "PolicyName": "other"}
        put = {**other, "ResourcePolicy": policy(**NARROW[0])}
        assert refusal(manager.put_resource_policy, **put)[0] == "InvalidParameterException"
        assert refusal(manager.delete_resource_policy, **other)[0] == "InvalidParameterException"
        assert refusal(manager.get_resource_policy, **other)[0] == "ResourceNotFoundException"
        assert refusal(manager.list_resource_policies, SecretId=secret, NextToken="x")[0] == "InvalidNextTokenException"


@pytest.fixture
def alice(shared: Cloud, name: str) -> Client:
    """Gives a client for a user who may do what statements say, and nothing else."""
    iam = shared.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}

    def may(*statements: dict[str, Any]) -> Any:
        document = {
            "Version": "2012-10-17",
            "Statement": [{"Resource": "*", "Effect": "Allow", **each} for each in statements],
        }
        iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=json.dumps(document))
        return shared.client("secretsmanager", **keys)

    return may


def denied(call: Any, action: str, **parameters: Any) -> None:
    code, text = refusal(call, **parameters)
    assert code == "AccessDeniedException"
    assert f"not authorized to perform: {action} " in text


class TestTheRight:
    def test_to_tag_is_needed_to_make_a_secret_with_tags(self, alice: Client, name: str) -> None:
        wanted = {"Name": name, "Tags": [{"Key": "team", "Value": "blue"}]}
        create = {"Action": "secretsmanager:CreateSecret"}
        denied(alice(create).create_secret, "secretsmanager:TagResource", **wanted)
        blue = {"StringEquals": {"aws:RequestTag/team": "blue"}, "ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}
        tag = {"Action": "secretsmanager:TagResource", "Condition": blue}
        alice(create, tag).create_secret(**wanted)
        more = [*wanted["Tags"], {"Key": "more", "Value": ""}]
        denied(alice(create, tag).tag_resource, "secretsmanager:TagResource", SecretId=name, Tags=more)

    def test_is_not_given_away_with_a_tag(self, shared: Cloud, alice: Client, name: str) -> None:
        blue = [{"Key": "team", "Value": "blue"}]
        manager = shared.client("secretsmanager")
        manager.create_secret(Name=name, Tags=blue)
        mine = alice(
            {"Action": "secretsmanager:*", "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}},
        )
        mine.tag_resource(SecretId=name, Tags=[{"Key": "more", "Value": ""}])
        red = [{"Key": "team", "Value": "red"}]
        denied(mine.tag_resource, "secretsmanager:TagResource", SecretId=name, Tags=red)
        denied(mine.untag_resource, "secretsmanager:UntagResource", SecretId=name, TagKeys=["team"])
        assert manager.describe_secret(SecretId=name)["Tags"] == [*blue, {"Key": "more", "Value": ""}]
        mine.untag_resource(SecretId=name, TagKeys=["more", "none"])

    def test_to_replicate_is_needed_to_make_a_secret_with_replicas(self, alice: Client, name: str) -> None:
        wanted = {"Name": name, "AddReplicaRegions": [{"Region": "eu-west-1"}]}
        create = {"Action": "secretsmanager:CreateSecret"}
        denied(alice(create).create_secret, "secretsmanager:ReplicateSecretToRegions", **wanted)
        alice(create, {"Action": "secretsmanager:ReplicateSecretToRegions"}).create_secret(**wanted)

    def test_to_put_a_policy_is_needed_to_validate_one(self, alice: Client) -> None:
        validate = {"Action": "secretsmanager:ValidateResourcePolicy"}
        wanted = {"ResourcePolicy": policy(**NARROW[0])}
        code, _ = refusal(alice(validate).validate_resource_policy, **wanted)
        assert code == "AccessDeniedException"
        allowed = alice(validate, {"Action": "secretsmanager:PutResourcePolicy"})
        assert allowed.validate_resource_policy(**wanted)["PolicyValidationPassed"]
        out = policy(Effect="Deny", Action="secretsmanager:PutResourcePolicy")
        told = allowed.validate_resource_policy(ResourcePolicy=out)["ValidationErrors"]
        assert [each["CheckName"] for each in told] == ["LOCKOUT"]

    def test_to_invoke_the_function_is_needed_to_have_it_rotate(
        self, shared: Cloud, make_rotator: Callable[[], str], alice: Client, name: str
    ) -> None:
        arn = make_rotator()
        shared.client("secretsmanager").create_secret(Name=name, SecretString="1")
        rotate = {"Action": "secretsmanager:RotateSecret"}
        wanted = {"SecretId": name, "RotationLambdaARN": arn, "RotateImmediately": False}
        denied(alice(rotate).rotate_secret, "lambda:InvokeFunction", **wanted)
        alice(rotate, {"Action": "lambda:InvokeFunction", "Resource": arn}).rotate_secret(**wanted)

    @pytest.mark.parametrize(
        ("operation", "good", "bad", "condition"),
        [
            (
                "delete_secret",
                {"RecoveryWindowInDays": 14},
                {"RecoveryWindowInDays": 7},
                {"NumericGreaterThanEquals": {"secretsmanager:RecoveryWindowInDays": "14"}},
            ),
            (
                "delete_secret",
                {"RecoveryWindowInDays": 7},
                {"ForceDeleteWithoutRecovery": True},
                {"BoolIfExists": {"secretsmanager:ForceDeleteWithoutRecovery": "false"}},
            ),
            (
                "put_resource_policy",
                {"ResourcePolicy": policy(**NARROW[0]), "BlockPublicPolicy": True},
                {"ResourcePolicy": policy(**NARROW[0])},
                {"Bool": {"secretsmanager:BlockPublicPolicy": "true"}},
            ),
            (
                "get_secret_value",
                {"VersionStage": "AWSCURRENT"},
                {"VersionStage": "AWSPREVIOUS"},
                {"StringEquals": {"secretsmanager:VersionStage": "AWSCURRENT"}},
            ),
            (
                "replicate_secret_to_regions",
                {"AddReplicaRegions": [{"Region": "eu-west-1"}]},
                {"AddReplicaRegions": [{"Region": "eu-west-1"}, {"Region": "us-west-2"}]},
                {"ForAllValues:StringEquals": {"secretsmanager:AddReplicaRegions": ["eu-west-1"]}},
            ),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_can_be_bound_to_what_is_asked_for(
        self,
        shared: Cloud,
        alice: Client,
        name: str,
        operation: str,
        good: dict[str, Any],
        bad: dict[str, Any],
        condition: dict[str, Any],
    ) -> None:
        shared.client("secretsmanager").create_secret(Name=name, SecretString="1")
        mine = alice({"Action": "secretsmanager:*", "Condition": condition})
        assert refusal(getattr(mine, operation), SecretId=name, **bad)[0] == "AccessDeniedException"
        getattr(mine, operation)(SecretId=name, **good)

    def test_to_encrypt_is_needed_to_take_old_versions_to_another_key(
        self, shared: Cloud, alice: Client, name: str
    ) -> None:
        key = shared.client("kms").create_key()["KeyMetadata"]["Arn"]
        manager = shared.client("secretsmanager")
        manager.create_secret(Name=name, SecretString="1")
        update = {"Action": "secretsmanager:UpdateSecret"}
        wanted = {"SecretId": name, "KmsKeyId": key}
        assert refusal(alice(update).update_secret, **wanted) == (
            "AccessDeniedException",
            "Access to KMS is not allowed",
        )

        def keys() -> list[str]:
            (version,) = manager.list_secret_version_ids(SecretId=name)["Versions"]
            return list(version["KmsKeyIds"])

        alice(update, {"Action": ["kms:GenerateDataKey", "kms:Decrypt"]}).update_secret(**wanted)
        assert (keys(), manager.describe_secret(SecretId=name)["KmsKeyId"]) == (["DefaultEncryptionKey"], key)
        manager.update_secret(SecretId=name, KmsKeyId="")
        alice(update, {"Action": ["kms:GenerateDataKey", "kms:Decrypt", "kms:Encrypt"]}).update_secret(**wanted)
        assert keys() == [key]


@pytest.fixture
def make_rotator(shared: Cloud, name: str) -> Callable[[], str]:
    """Makes a function that does nothing, which Secrets Manager may invoke; gives its ARN."""
    from clouds import make_role, packed

    def make() -> str:
        functions = shared.client("lambda")
        arn = functions.create_function(
            FunctionName=name,
            Role=make_role(shared, name, ["logs:*"]),
            Code={"ZipFile": packed("def handler(event, context): pass")},
            Runtime="python3.12",
            Handler="index.handler",
        )["FunctionArn"]
        functions.add_permission(
            FunctionName=name, StatementId="1", Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com"
        )
        return str(arn)

    return make
