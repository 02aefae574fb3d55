"""A queue without a policy, subscribed to a topic."""

import pulumi_aws as aws

topic = aws.sns.Topic("orders", name="orders")
queue = aws.sqs.Queue("orders-queue", name="orders")
aws.sns.TopicSubscription("to-queue", topic=topic.arn, protocol="sqs", endpoint=queue.arn)
