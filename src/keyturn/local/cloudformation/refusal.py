"""
CloudFormation's words: for templates that it does not take, and for resources that a service refused.

Source: messages as quoted in public bug reports of aws-cdk and terraform-provider-awscc; the form of handler errors as in
`Resource handler returned message: "…" (Service: Rds, Status Code: 400, …)`.
"""

from __future__ import annotations

import uuid

from botocore.exceptions import ClientError

from keyturn.local.call import Refused

SERVICES = {
    "Logs": "CloudWatchLogs",
    "KMS": "Kms",
    "RDS": "Rds",
    "EC2": "Ec2",
    "IAM": "Iam",
    "Events": "EventBridge",
    "SNS": "Sns",
    "SQS": "Sqs",
    "SSM": "Ssm",
    "DynamoDB": "DynamoDb",
}
"""What CloudFormation calls the service of a type in its messages, where it is not the name in the type: as AWS's SDK for Java does."""


class Failed(Exception):
    """A resource cannot be made as declared; the text is what CloudFormation would say."""


def validation(message: str) -> Refused:
    return Refused("ValidationError", message)


def does_not_exist(name: str) -> Refused:
    return validation(f"Stack with id {name} does not exist")


def handler_error(error: ClientError, type_: str) -> str:
    """What CloudFormation says of a call that a service refused, made for a resource of some type."""
    told = error.response.get("Error", {})
    meta = error.response.get("ResponseMetadata", {})
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    named = type_.split("::")[1]
    service = SERVICES.get(named, named)
    status = meta.get("HTTPStatusCode", 400)
    request = meta.get("RequestId") or uuid.uuid4()
    return (
        f'Resource handler returned message: "{message} (Service: {service}, Status Code: {status}, Request ID: {request})"'
        f" (RequestToken: {uuid.uuid4()}, HandlerErrorCode: {_kind(code)})"
    )


def _kind(code: str) -> str:
    """The handler's own error code."""
    if "AlreadyExist" in code or "Exists" in code:
        return "AlreadyExists"
    if "NotFound" in code or "NoSuch" in code:
        return "NotFound"
    if code in ("AccessDenied", "UnauthorizedOperation"):
        return "AccessDenied"
    if "Invalid" in code or "Validation" in code:
        return "InvalidRequest"
    return "GeneralServiceException"
