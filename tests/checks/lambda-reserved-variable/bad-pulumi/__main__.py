"""A function that is given a variable which Lambda keeps to itself."""

import pulumi_aws as aws

aws.lambda_.Function(
    "report",
    name="report",
    role="arn:aws:iam::123456789012:role/report",
    handler="index.handler",
    runtime="python3.12",
    s3_bucket="packages",
    s3_key="report.zip",
    environment={"variables": {"AWS_REGION": "us-east-1"}},
)
