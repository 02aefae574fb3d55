"""
What Lambda answers when it refuses, in its words.

Source: the errors of CreateFunction, AddPermission and Invoke in the API reference; their texts as quoted in public bug reports and in
AWS re:Post ("The provided execution role does not have permissions to call CreateNetworkInterface on EC2").
"""

from __future__ import annotations

from keyturn.local.call import Refused


def invalid(message: str) -> Refused:
    return Refused("InvalidParameterValueException", message)


def no_code(code: str, message: str) -> Refused:
    return invalid(f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}")


def not_a_zip() -> Refused:
    return invalid("Could not unzip uploaded file. Please check your file, then try to upload again.")


def no_subnet(subnet: str) -> Refused:
    return invalid(
        "Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: The subnet ID"
        f" '{subnet}' does not exist"
    )


def no_security_group(group: str) -> Refused:
    return invalid(
        "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. EC2 Error Message: The security"
        f" group '{group}' does not exist"
    )


def not_found(arn: str) -> Refused:
    return Refused("ResourceNotFoundException", f"Function not found: {arn}", 404)


def too_many() -> Refused:
    return Refused(
        "TooManyRequestsException", "Rate Exceeded.", 429, Reason="ReservedFunctionConcurrentInvocationLimitExceeded"
    )


def statement_exists(statement: str) -> Refused:
    return Refused(
        "ResourceConflictException",
        f"The statement id ({statement}) provided already exists. Please provide a new statement id, or remove the existing"
        " statement.",
        409,
    )


def variables_not_decrypted(code: str, because: str) -> Refused:
    text = f"Lambda was unable to decrypt the environment variables because {because}. Please check the function's KMS key settings."
    return Refused(code, text, 502)
