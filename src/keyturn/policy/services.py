"""
What single services decide differently from the rest of AWS, and which services resource control policies reach.
"""

from __future__ import annotations

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

_ALIAS_CHANGES = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})


def resource_decides(request: Request) -> bool:
    """
    Whether nothing is allowed that the resource's own policy does not allow: for KMS keys, and for roles that are assumed.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
    """
    if request.action_key.startswith("kms:"):
        return is_key(request.resource)
    return request.action_key.startswith("sts:") and ":role/" in request.resource


def is_key(arn: str) -> bool:
    """Whether an ARN is that of a KMS key, as opposed to an alias or a key store."""
    return arn.split(":", 5)[-1].startswith("key/")


def always_allowed(request: Request) -> str:
    """
    Why a request needs no permission, and no policy can deny it; empty if it does.

    Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    if request.action_key == "sts:getcalleridentity" and request.principal.kind is not Kind.ANONYMOUS:
        return "sts:GetCallerIdentity needs no permission"
    return ""


def never_allowed(request: Request) -> str:
    """
    Why a service refuses a request whatever the policies say; empty if it does not.

    Sources: "Cross-account use" at each operation of https://docs.aws.amazon.com/kms/latest/APIReference/, and
    https://docs.aws.amazon.com/kms/latest/developerguide/alias-about.html on aliases that begin with `aws/`.
    """
    action, resource = request.action_key, request.resource
    if action in _KMS_WITHIN_ACCOUNT and is_key(resource) and request.principal.account and not request.own_account:
        return f"{request.action} cannot be used on a key of another account"
    if action in _ALIAS_CHANGES and ":alias/aws/" in resource.lower():
        return "aliases that begin with aws/ are AWS's own"
    return ""


def resource_controlled(request: Request) -> bool:
    """
    Whether resource control policies reach a request: its service supports them, and a service-linked role does not ask.

    Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
    """
    service = request.action_key.partition(":")[0]
    return (
        service in _RESOURCE_CONTROLLED
        and request.action_key != "kms:retiregrant"
        and not request.principal.service_linked
    )
