"""A function on a runtime that Lambda does not have."""

import pulumi_aws as aws

aws.lambda_.Function(
    "report",
    name="report",
    role="arn:aws:iam::123456789012:role/report",
    handler="index.handler",
    runtime="Python3.13",
    s3_bucket="packages",
    s3_key="report.zip",
)
