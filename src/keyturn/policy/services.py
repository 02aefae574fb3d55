"""
What single services decide differently from the rest of AWS, and which services resource control policies reach.
"""

from __future__ import annotations

from keyturn.graph import Unknown
from keyturn.policy.principal import Kind
from keyturn.policy.request import Request

# https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html#rcp-supported-services,
# read in a copy of 2026-09-26.
_SUPPORTING = """
aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch cloudtrail-data codeartifact
codebuild codecommit codepipeline cognito-identity cognito-idp comprehend comprehendmedical compute-optimizer cost-optimization-hub
dax dsql dynamodb ecr ecr-public events firehose fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb
networkmonitor notifications opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3 secretsmanager
servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe transfer translate wafv2 workspaces xray
"""
_RESOURCE_CONTROLLED = frozenset(_SUPPORTING.split())

# The operations whose API reference says "Cross-account use: No" (botocore 1.44.5, `kms/2014-11-01/service-2.json`).
_LOCAL = """
CancelKeyDeletion CreateAlias DeleteAlias DeleteImportedKeyMaterial DisableKey DisableKeyRotation EnableKey EnableKeyRotation
GetKeyLastUsage GetKeyPolicy GetParametersForImport ImportKeyMaterial ListKeyPolicies ListKeyRotations ListResourceTags PutKeyPolicy
ReplicateKey RotateKeyOnDemand ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription UpdatePrimaryRegion
"""
_KMS_WITHIN_ACCOUNT = frozenset(f"kms:{name}".lower() for name in _LOCAL.split())

# https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk: neither properties, nor rotation, policy and end.
_CHANGES = """
CancelKeyDeletion DisableKey DisableKeyRotation EnableKey EnableKeyRotation PutKeyPolicy RotateKeyOnDemand ScheduleKeyDeletion TagResource
UntagResource UpdateKeyDescription
"""
_KEY_CHANGES = frozenset(f"kms:{name}".lower() for name in _CHANGES.split())

_RETIRE = "kms:retiregrant"
_ALIAS_CHANGES = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})


def resource_decides(request: Request, *, has_policy: bool) -> bool:
    """
    Whether nothing is allowed that the resource's own policy does not allow: for KMS keys, and for roles that are assumed.

    Args:
        has_policy: Whether the resource is known to have a policy: in KMS only keys have one, whatever they are called by.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    action, resource = request.action_key, request.resource
    if action.startswith("kms:"):
        return has_policy or is_key(resource) or (is_alias(resource) and action not in _ALIAS_CHANGES)
    return action.startswith("sts:") and (isinstance(resource, Unknown) or ":role/" in resource)


def is_key(arn: str | Unknown) -> bool:
    """Whether an ARN is that of a KMS key, as opposed to an alias or a key store."""
    return isinstance(arn, str) and arn.split(":", 5)[-1].startswith("key/")


def is_alias(arn: str | Unknown) -> bool:
    """Whether an ARN is that of an alias, by which a key may be asked for."""
    return isinstance(arn, str) and arn.split(":", 5)[-1].startswith("alias/")


def always_allowed(request: Request) -> str:
    """
    Why a request needs no permission, and no policy can deny it; empty if it does.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    if request.action_key == "sts:getcalleridentity" and request.principal.kind is not Kind.ANONYMOUS:
        return "sts:GetCallerIdentity needs no permission"
    return ""


def never_allowed(request: Request, *, aws_managed: bool) -> str:
    """
    Why a service refuses a request whatever the policies say; empty if it does not.

    Args:
        aws_managed: Whether the resource is a key that AWS manages.

    Sources: "Cross-account use" at each operation of https://docs.aws.amazon.com/kms/latest/APIReference/, and
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html on aliases that begin with `aws/`, and
    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html on who may call it.
    """
    action, resource = request.action_key, request.resource
    if action in _KMS_WITHIN_ACCOUNT and is_key(resource) and request.principal.account and not request.own_account:
        return f"{request.action} cannot be used on a key of another account"
    if aws_managed and action in _KEY_CHANGES:
        return "a key that AWS manages cannot be changed"
    if action in _ALIAS_CHANGES and ":alias/aws/" in str(resource).lower():
        return "aliases that begin with aws/ are AWS's own"
    if action == "sts:assumerole" and request.principal.kind is Kind.ROOT:
        return "the root user of an account cannot assume roles"
    return ""


def resource_policy_counts(request: Request) -> bool:
    """
    Whether the resource's own policy has a say: in who retires a grant a key policy has none, neither by Allow nor by Deny.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
    """
    return request.action_key != _RETIRE


def resource_controlled(request: Request) -> bool:
    """
    Whether resource control policies reach a request: its service supports them, and a service-linked role does not ask.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    service = request.action_key.partition(":")[0]
    return service in _RESOURCE_CONTROLLED and request.action_key != _RETIRE and not request.principal.service_linked
