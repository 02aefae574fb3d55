"""A trail, encrypted with a key that admits the account only."""

import json

import pulumi_aws as aws

account_id = aws.get_caller_identity().account_id

key = aws.kms.Key(
    "key",
    description="alerts",
    enable_key_rotation=True,
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{account_id}:root"},
                    "Action": "kms:*",
                    "Resource": "*",
                }
            ],
        }
    ),
)

aws.cloudtrail.Trail("audit", name="audit", s3_bucket_name="audit-logs", kms_key_id=key.arn)
