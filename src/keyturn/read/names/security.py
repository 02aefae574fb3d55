"""Roles and their policies, keys, secrets."""

from __future__ import annotations

from keyturn.graph import Unknown
from keyturn.read.names.kind import TAGS, Apart, Document, Ignored, Kept, Kind, Object, Objects, Part, Rule, Single

_NAMED_POLICY: dict[str, Rule] = {
    "name": "PolicyName",
    "name_prefix": Ignored(),
    "policy": Document("PolicyDocument"),
}

_ATTACHMENT = Part(of="Roles", into="ManagedPolicyArns", take="PolicyArn", many=True)

ROLES = (
    Kind(
        "AWS::IAM::Role",
        "aws_iam_role",
        "aws:iam/role:Role",
        {
            "name": "RoleName",
            "name_prefix": Ignored(),
            "path": "Path",
            "description": "Description",
            "assume_role_policy": Document("AssumeRolePolicyDocument"),
            "managed_policy_arns": "ManagedPolicyArns",
            "inline_policy": Objects("Policies", _NAMED_POLICY),
            "permissions_boundary": "PermissionsBoundary",
            "max_session_duration": "MaxSessionDuration",
            "force_detach_policies": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn", "unique_id": "RoleId"},
    ),
    Kind(
        "AWS::IAM::Policy",
        "aws_iam_role_policy",
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "Role", **_NAMED_POLICY},
        absent={"PolicyName": "{name}"},
        part=Part(of="Role", into="Policies", many=True),
    ),
    Kind(
        "",
        "aws_iam_role_policy_attachment",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "Role", "policy_arn": "PolicyArn"},
        part=Part(of="Role", into="ManagedPolicyArns", take="PolicyArn", many=True),
    ),
    Kind(
        "",
        "aws_iam_role_policy_attachments_exclusive",
        "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        {"role_name": "Role", "policy_arns": "PolicyArns"},
        part=Part(of="Role", into="ManagedPolicyArns", take="PolicyArns", many=True),
    ),
    Kind(
        "",
        "aws_iam_policy_attachment",
        "aws:iam/policyAttachment:PolicyAttachment",
        {
            "name": Ignored(),
            "policy_arn": "PolicyArn",
            "roles": "Roles",
            "users": Ignored(),
            "groups": Ignored(),
        },
        part=Part(of="PolicyArn", into="Roles", take="Roles", reverse=_ATTACHMENT),
    ),
    Kind(
        "AWS::IAM::ManagedPolicy",
        "aws_iam_policy",
        "aws:iam/policy:Policy",
        {
            "name": "ManagedPolicyName",
            "name_prefix": Ignored(),
            "delay_after_policy_creation_in_ms": Ignored(),
            "path": "Path",
            "description": "Description",
            "policy": Document("PolicyDocument"),
            "tags": Ignored(),
        },
        {"id": "", "arn": ""},
    ),
    Kind(
        "AWS::IAM::InstanceProfile",
        "aws_iam_instance_profile",
        "aws:iam/instanceProfile:InstanceProfile",
        {
            "name": "InstanceProfileName",
            "name_prefix": Ignored(),
            "path": "Path",
            "role": Single("Roles"),
            "tags": Ignored(),
        },
        {"id": "", "name": "", "arn": "Arn"},
        absent={"Roles": []},
    ),
)

_ATTACHED: dict[str, Rule] = {"policy_arn": "PolicyArn"}


def _of_identity(kind: str, name: str) -> tuple[Kind, Kind]:
    """The inline policies of users and groups, and what is attached to them."""
    return (
        Kind(
            "AWS::IAM::Policy",
            f"aws_iam_{name}_policy",
            f"aws:iam/{name}Policy:{kind}Policy",
            {name: kind, **_NAMED_POLICY},
            absent={"PolicyName": "{name}"},
            part=Part(of=kind, into="Policies", many=True),
        ),
        Kind(
            "",
            f"aws_iam_{name}_policy_attachment",
            f"aws:iam/{name}PolicyAttachment:{kind}PolicyAttachment",
            {name: kind, **_ATTACHED},
            part=Part(of=kind, into="ManagedPolicyArns", take="PolicyArn", many=True),
        ),
    )


USERS = (
    Kind(
        "AWS::IAM::User",
        "aws_iam_user",
        "aws:iam/user:User",
        {
            "name": "UserName",
            "path": "Path",
            "permissions_boundary": "PermissionsBoundary",
            "force_destroy": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "name": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::IAM::Group",
        "aws_iam_group",
        "aws:iam/group:Group",
        {"name": "GroupName", "path": "Path"},
        {"id": "", "name": "", "arn": "Arn"},
    ),
    *_of_identity("User", "user"),
    *_of_identity("Group", "group"),
)

KEYS = (
    Kind(
        "AWS::KMS::Key",
        "aws_kms_key",
        "aws:kms/key:Key",
        {
            "description": "Description",
            "policy": Document("KeyPolicy"),
            "enable_key_rotation": "EnableKeyRotation",
            "rotation_period_in_days": "RotationPeriodInDays",
            "deletion_window_in_days": "PendingWindowInDays",
            "is_enabled": "Enabled",
            "key_usage": "KeyUsage",
            "customer_master_key_spec": "KeySpec",
            "multi_region": "MultiRegion",
            "bypass_policy_lockout_safety_check": "BypassPolicyLockoutSafetyCheck",
            "tags": TAGS,
        },
        {"id": "", "key_id": "", "arn": "Arn"},
    ),
    Kind(
        "AWS::KMS::Key",
        "aws_kms_external_key",
        "aws:kms/externalKey:ExternalKey",
        {
            "description": "Description",
            "policy": Document("KeyPolicy"),
            "deletion_window_in_days": "PendingWindowInDays",
            "enabled": "Enabled",
            "key_usage": "KeyUsage",
            "key_spec": "KeySpec",
            "multi_region": "MultiRegion",
            "bypass_policy_lockout_safety_check": "BypassPolicyLockoutSafetyCheck",
            "key_material_base64": Ignored(),
            "valid_to": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "arn": "Arn"},
        fixed={"Origin": "EXTERNAL"},
    ),
    Kind(
        "AWS::KMS::ReplicaKey",
        "aws_kms_replica_key",
        "aws:kms/replicaKey:ReplicaKey",
        {
            "primary_key_arn": "PrimaryKeyArn",
            "description": "Description",
            "policy": Document("KeyPolicy"),
            "deletion_window_in_days": "PendingWindowInDays",
            "enabled": "Enabled",
            "bypass_policy_lockout_safety_check": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "key_id": "", "arn": "Arn"},
        absent={"KeyPolicy": Unknown("KMS gives it the policy that keys have by default")},
    ),
    Kind(
        "",
        "aws_kms_key_policy",
        "aws:kms/keyPolicy:KeyPolicy",
        {
            "key_id": "KeyId",
            "policy": Document("KeyPolicy"),
            "bypass_policy_lockout_safety_check": Ignored(),
        },
        part=Part(of="KeyId", into="KeyPolicy", take="KeyPolicy"),
    ),
    Kind(
        "AWS::KMS::Alias",
        "aws_kms_alias",
        "aws:kms/alias:Alias",
        {"name": "AliasName", "name_prefix": Ignored(), "target_key_id": "TargetKeyId"},
        {"id": "", "name": "", "arn": "arn:{partition}:kms:{region}:{account}:{}"},
        absent={"AliasName": "alias/{name}"},
    ),
)

SECRETS = (
    Kind(
        "AWS::SecretsManager::Secret",
        "aws_secretsmanager_secret",
        "aws:secretsmanager/secret:Secret",
        {
            "name": "Name",
            "name_prefix": Ignored(),
            "description": "Description",
            "kms_key_id": "KmsKeyId",
            "type": "Type",
            "replica": Objects(
                "ReplicaRegions",
                {
                    "region": "Region",
                    "kms_key_id": "KmsKeyId",
                    "status": Ignored(),
                    "status_message": Ignored(),
                    "last_accessed_date": Ignored(),
                },
            ),
            "policy": Apart("AWS::SecretsManager::ResourcePolicy", "ResourcePolicy", "SecretId", listed=False),
            "recovery_window_in_days": Ignored(),
            "force_overwrite_replica_secret": Ignored(),
            "tags": TAGS,
        },
        {"id": "", "arn": ""},
    ),
    Kind(
        "",
        "aws_secretsmanager_secret_version",
        "aws:secretsmanager/secretVersion:SecretVersion",
        {
            "secret_id": "SecretId",
            "secret_string": "SecretString",
            "secret_string_wo": "SecretString",
            "secret_string_wo_version": Ignored(),
            "secret_binary": Kept("SecretBinary"),
            "version_stages": Kept("VersionStages"),
        },
        {"id": "", "arn": ""},
        part=Part(of="SecretId", into="SecretString", take="SecretString"),
    ),
    Kind(
        "AWS::SecretsManager::RotationSchedule",
        "aws_secretsmanager_secret_rotation",
        "aws:secretsmanager/secretRotation:SecretRotation",
        {
            "secret_id": "SecretId",
            "rotation_lambda_arn": "RotationLambdaARN",
            "rotate_immediately": "RotateImmediatelyOnUpdate",
            "rotation_rules": Object(
                "RotationRules",
                {
                    "automatically_after_days": "AutomaticallyAfterDays",
                    "duration": "Duration",
                    "schedule_expression": "ScheduleExpression",
                },
            ),
        },
    ),
    Kind(
        "AWS::SecretsManager::ResourcePolicy",
        "aws_secretsmanager_secret_policy",
        "aws:secretsmanager/secretPolicy:SecretPolicy",
        {"secret_arn": "SecretId", "policy": Document("ResourcePolicy"), "block_public_policy": "BlockPublicPolicy"},
    ),
)

KINDS = ROLES + USERS + KEYS + SECRETS
