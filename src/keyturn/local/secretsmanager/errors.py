"""
What Secrets Manager answers when it refuses, in its words.

Source: the errors listed in the API reference of each operation; their texts as quoted in public bug reports and recorded from AWS in
LocalStack's tests (tests/aws/services/secretsmanager/test_secretsmanager.snapshot.json).
"""

from __future__ import annotations

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


def too_many(member: str, most: int) -> Refused:
    limit = f"Member must have length less than or equal to {most}"
    text = f"1 validation error detected: Value at '{member}' failed to satisfy constraint: {limit}"
    return Refused("ValidationException", text)


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


def no_such_function() -> Refused:
    return Refused("ResourceNotFoundException", "Secrets Manager can't find the specified Lambda function.")


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


def limit(message: str) -> Refused:
    return Refused("LimitExceededException", message)


def malformed_policy(because: str) -> Refused:
    return Refused("MalformedPolicyDocumentException", because)
