"""Logs of a rotation function, encrypted with a key that CloudWatch Logs may not use: the key's policy admits the account only."""

import pulumi
import pulumi_aws as aws

suffix = pulumi.Config().require("environmentSuffix")
account_id = aws.get_caller_identity().account_id
tags = {"Environment": suffix, "CostCenter": "platform", "Compliance": "credential-rotation"}

logs_kms_key = aws.kms.Key(
    f"logs-kms-key-{suffix}",
    description=f"KMS key for CloudWatch Logs encryption - {suffix}",
    enable_key_rotation=True,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "Enable IAM User Permissions",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
    ),
    tags=tags,
)

log_group = aws.cloudwatch.LogGroup(
    f"rotation-log-group-{suffix}",
    name=f"/aws/lambda/rotation-function-{suffix}",
    kms_key_id=logs_kms_key.arn,
    retention_in_days=30,
    tags=tags,
)

pulumi.export("logGroup", log_group.name)
