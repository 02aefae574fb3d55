"""A function on a runtime that Lambda no longer takes."""

import pulumi_aws as aws

aws.lambda_.Function(
    "report",
    name="report",
    role="arn:aws:iam::123456789012:role/report",
    handler="example.Report::handle",
    runtime="java8",
    s3_bucket="packages",
    s3_key="report.jar",
)
