"""A topic that delivers to an encrypted queue, whose key admits the account only."""

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

topic = aws.sns.Topic("orders")
queue = aws.sqs.Queue("orders", kms_master_key_id=key.arn)
aws.sns.TopicSubscription("orders", topic=topic.arn, protocol="sqs", endpoint=queue.arn)
sender = {
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": "*",
}
aws.sqs.QueuePolicy("orders", queue_url=queue.id, policy=json.dumps({"Version": "2012-10-17", "Statement": [sender]}))
