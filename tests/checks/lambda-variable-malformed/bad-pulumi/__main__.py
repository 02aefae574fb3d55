"""A function that is given a variable whose name Lambda does not take."""

import pulumi_aws as aws

aws.lambda_.Function(
    "report",
    name="report",
    role="arn:aws:iam::123456789012:role/report",
    handler="index.handler",
    runtime="python3.12",
    s3_bucket="packages",
    s3_key="report.zip",
    environment={"variables": {"replica-region": "eu-west-1"}},
)
