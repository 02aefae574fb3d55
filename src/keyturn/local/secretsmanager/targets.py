"""
What a call is about, for authorization: the secret's ARN, its policy, and the condition keys that Secrets Manager adds.

Source: Service Authorization Reference, "Actions, resources, and condition keys for AWS Secrets Manager"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local.authorization import Target
from keyturn.local.call import Call
from keyturn.local.secretsmanager.secret import Secret

WITHOUT_RESOURCE = ("BatchGetSecretValue", "GetRandomPassword", "ListSecrets")
TOLD = (
    "BlockPublicPolicy",
    "Description",
    "ForceDeleteWithoutRecovery",
    "ForceOverwriteReplicaSecret",
    "KmsKeyId",
    "Name",
    "RecoveryWindowInDays",
    "RotateImmediately",
    "RotationLambdaARN",
    "SecretId",
    "VersionId",
    "VersionStage",
)
"""Parameters that policies see as `secretsmanager:…`."""


def target(
    call: Call, parameters: Mapping[str, Any], new_arn: Callable[[str], str], found: Secret | None
) -> Target | None:
    """
    What a call is about; None: there is no such secret, so the operation is to say so itself.

    Args:
        new_arn: Makes up the ARN of a secret that is to be made, by its name.
        found: The secret that is named; None if there is none.
    """
    if call.operation in WITHOUT_RESOURCE:
        return Target()
    context = _told(parameters)
    if call.operation == "CreateSecret" or "Name" in parameters:
        arn = new_arn(str(parameters.get("Name", "")))[:-6] + "??????"
        return Target(arn, context=context)
    if found is None:
        named = parameters.get("SecretId")
        if named is None:
            return Target(context=context)
        return Target(named, context=context) if isinstance(named, str) and named.startswith("arn:") else None
    context["secretsmanager:SecretId"] = found.arn
    for name, value in found.tags.items():
        context[f"aws:ResourceTag/{name}"] = context[f"secretsmanager:ResourceTag/{name}"] = value
    if found.primary_region:
        context["secretsmanager:SecretPrimaryRegion"] = found.primary_region
    if found.rotation and found.rotation.function:
        context["secretsmanager:resource/AllowRotationLambdaArn"] = found.rotation.function
    return Target(found.arn, policy=found.policy, context=context)


def _told(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The condition keys that are the request's own."""
    context: dict[str, Any] = {}
    for name in TOLD:
        value = parameters.get(name)
        if value is not None:
            context[f"secretsmanager:{name}"] = str(value).lower() if isinstance(value, bool) else str(value)
    tags = [tag for tag in parameters.get("Tags") or () if isinstance(tag, dict) and tag.get("Key")]
    context |= {f"aws:RequestTag/{tag['Key']}": str(tag.get("Value", "")) for tag in tags}
    if keys := [tag["Key"] for tag in tags] or parameters.get("TagKeys"):
        context["aws:TagKeys"] = keys
    if regions := [str(each.get("Region")) for each in parameters.get("AddReplicaRegions") or ()]:
        context["secretsmanager:AddReplicaRegions"] = regions
    return context
