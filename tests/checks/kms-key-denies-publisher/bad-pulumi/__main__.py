"""An alarm that publishes to an encrypted topic, whose key admits the account only."""

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

topic = aws.sns.Topic("alerts", kms_master_key_id=key.arn)

aws.cloudwatch.MetricAlarm(
    "cpu",
    namespace="AWS/RDS",
    metric_name="CPUUtilization",
    statistic="Average",
    period=60,
    evaluation_periods=5,
    threshold=90,
    comparison_operator="GreaterThanThreshold",
    alarm_actions=[topic.arn],
)
