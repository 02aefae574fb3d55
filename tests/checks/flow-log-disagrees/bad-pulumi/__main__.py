"""A flow log into S3 that is given a role."""

import pulumi_aws as aws

aws.ec2.FlowLog(
    "main",
    vpc_id="vpc-0a1b2c3d",
    traffic_type="ALL",
    log_destination_type="s3",
    log_destination="arn:aws:s3:::flow-logs",
    iam_role_arn="arn:aws:iam::123456789012:role/flow",
)
