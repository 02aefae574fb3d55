"""
What rotation by a Lambda function needs, and what Secrets Manager answers when it does not get it.

Sources: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html (the calls of
the function, and its use of the key), https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html (who
invokes it), https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html (the encryption context); the
errors as quoted by the programs that failed with them; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError
from keyturn.facts.partitions import dns_suffix
from keyturn.graph import Unknown

PRINCIPAL = "secretsmanager.amazonaws.com"
"""Who invokes the function; the same in every partition."""

INVOKE = "lambda:InvokeFunction"
"""
It is asked for on behalf of the secret: the function's policy sees its account as `aws:SourceAccount`, its ARN as `aws:SourceArn`, and a
policy that names the second is good for that secret alone, says the page on the function's permissions.
"""

SECRET_CALLS = (
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
)
"""What a rotation function cannot do without on its secret: find its version, read it, write the next one, move the labels."""

READ_CALLS, READ_KEY_CALLS = ("secretsmanager:GetSecretValue",), ("kms:Decrypt",)
"""What it needs on a secret that it only reads, and on that secret's key."""

KEY_CALLS = ("kms:Decrypt", "kms:GenerateDataKey")
"""What Secrets Manager asks KMS for, with the function's own rights, to read and to write a version."""


def via_service(region: str, partition: str = "aws") -> str:
    """`kms:ViaService` of the calls that Secrets Manager makes for its caller."""
    return f"secretsmanager.{region}.{dns_suffix(partition)}"


def key_context(
    secret_arn: str | Unknown, region: str, account: str, partition: str = "aws"
) -> dict[str, str | Unknown]:
    """The condition keys, with their values, that policies see when Secrets Manager uses a key for a secret."""
    return {
        "kms:ViaService": via_service(region, partition),
        "kms:CallerAccount": account,
        "kms:EncryptionContext:SecretARN": secret_arn,
    }


def cannot_invoke() -> AwsError:
    """The answer of RotateSecret when the function's policy does not admit Secrets Manager."""
    return AwsError(
        "AccessDeniedException",
        "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
        f"principal {PRINCIPAL}.",
    )


def no_function() -> AwsError:
    """The answer of RotateSecret when neither it nor an earlier call named a function."""
    return AwsError("InvalidRequestException", "No Lambda rotation function ARN is associated with this secret.")
