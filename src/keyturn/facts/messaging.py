"""
Policies of topics, and how services deliver to topics, queues and functions as themselves.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html (S3, CloudWatch),
https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html,
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html,
https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html and the page of each service that invokes functions; the
default policy as SNS shows it for new topics; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError
from keyturn.graph import Value

PUBLISH, SEND, INVOKE = "sns:Publish", "sqs:SendMessage", "lambda:InvokeFunction"
_OWNER_ACTIONS = (
    *("SNS:GetTopicAttributes", "SNS:SetTopicAttributes", "SNS:AddPermission", "SNS:RemovePermission"),
    *("SNS:DeleteTopic", "SNS:Subscribe", "SNS:ListSubscriptionsByTopic", "SNS:Publish"),
)

S3_DESTINATION_REFUSED = AwsError("InvalidArgument", "Unable to validate the following destination configurations")
"""S3's answer when it may not deliver to a topic, queue or function: it tries when notifications are turned on."""

LOGS_DESTINATION_REFUSED = AwsError(
    "InvalidParameterException",
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your function.",
)
"""The answer of CloudWatch Logs: it tries the function when the subscription filter is made."""

TRAIL_TOPIC_REFUSED = AwsError(
    "InsufficientSnsTopicPolicyException", "SNS Topic does not exist or the topic policy is incorrect!"
)
"""CloudTrail's answer to a topic that does not admit it."""

OWNER_IS_SENT_BY_NONE_OF = frozenset({"events.amazonaws.com", "s3.amazonaws.com", "cloudtrail.amazonaws.com"})
"""Services whose pages ask for a policy of the topic's own: the default one does not let them in."""


def default_topic_policy(topic: str, account: str) -> Value:
    """What SNS gives a topic that has no policy: whoever acts for the topic's owner may publish."""
    return {
        "Version": "2008-10-17",
        "Statement": (
            {
                "Sid": "__default_statement_ID",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": _OWNER_ACTIONS,
                "Resource": topic,
                "Condition": {"StringEquals": {"AWS:SourceOwner": account}},
            },
        ),
    }
