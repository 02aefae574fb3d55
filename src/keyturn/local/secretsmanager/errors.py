"""
What Secrets Manager answers when it refuses, in its words.

Source: the errors listed in the API reference of each operation; their texts as quoted in public bug reports and recorded from AWS in
LocalStack's tests (tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json); of replicas in gruntwork-io/cloud-nuke#435 and
lgallard/terraform-aws-secrets-manager#188. Where no text is known, the description of the error in the API reference stands for it.
"""

from __future__ import annotations

from collections.abc import Iterable

from keyturn.local.call import Refused


def not_found() -> Refused:
    return Refused("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")


def no_value(what: str, which: str) -> Refused:
    """
    Args:
        what: `staging label` or `VersionId`.
    """
    text = f"Secrets Manager can't find the specified secret value for {what}: {which}"
    return Refused("ResourceNotFoundException", text)


def exists(name: str) -> Refused:
    return Refused("ResourceExistsException", f"The operation failed because the secret {name} already exists.")


def token_used(token: str, arn: str) -> Refused:
    text = (
        f"You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
    )
    return Refused("ResourceExistsException", text)


def invalid(message: str) -> Refused:
    return Refused("InvalidParameterException", message)


def bad_name() -> Refused:
    text = "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!"
    return Refused("ValidationException", text)


def no_token(rotating: bool) -> Refused:
    """The request brings no ClientRequestToken, which clients make up when they are given none."""
    code = "InvalidParameterException" if rotating else "InvalidRequestException"
    return Refused(code, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")


def throttled() -> Refused:
    return Refused("ThrottlingException", "Rate exceeded")


def over_quota() -> Refused:
    return Refused(
        "LimitExceededException", "The request failed because it would exceed one of the Secrets Manager quotas."
    )


def on_replica() -> Refused:
    return invalid("Operation not permitted on a replica secret. Call must be made in primary secret's region.")


def has_replicas(arn: str, regions: Iterable[str]) -> Refused:
    return invalid(f"You can't delete secret {arn} that still has replica regions [{', '.join(regions)}].")


def managed() -> Refused:
    return impossible("The secret is managed by another service, and you must use that service to update it.")


def public_policy() -> Refused:
    text = "The BlockPublicPolicy parameter is set to true, and the resource policy did not prevent broad access to the secret."
    return Refused("PublicPolicyException", text)


def no_such_page() -> Refused:
    return Refused("InvalidNextTokenException", "Invalid NextToken.")


def impossible(message: str) -> Refused:
    return Refused("InvalidRequestException", message)


def deleted() -> Refused:
    return impossible("You can't perform this operation on the secret because it was marked for deletion.")


def name_in_deletion() -> Refused:
    text = "You can't create this secret because a secret with this name is already scheduled for deletion."
    return impossible(text)


def rotating() -> Refused:
    return impossible("A previous rotation isn't complete. That rotation will be reattempted.")


def kms_denied() -> Refused:
    return Refused("AccessDeniedException", "Access to KMS is not allowed")


def key_unusable(encrypting: bool) -> Refused:
    if encrypting:
        return Refused(
            "EncryptionFailure", "Secrets Manager can't encrypt the protected secret text using the specified KMS key."
        )
    return Refused(
        "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text using the provided KMS key."
    )


def malformed_policy(because: str) -> Refused:
    return Refused("MalformedPolicyDocumentException", because)
