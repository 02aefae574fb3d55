"""
By which names services are asked for: in an SDK's client, and in the name of an interface endpoint.

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html, read 2026-11-24.
"""

from __future__ import annotations

ENDPOINTS = {
    "cloudwatch": "monitoring",
    "events": "events",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "rds": "rds",
    "rds-data": "rds-data",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "sqs": "sqs",
    "ssm": "ssm",
    "stepfunctions": "states",
    "sts": "sts",
}
"""The endpoint's name by the client's. S3 and DynamoDB are not here: they have gateway endpoints too."""
