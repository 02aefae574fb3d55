"""Two queues of one name."""

import pulumi_aws as aws

aws.sqs.Queue("orders", name="orders-live")
aws.sqs.Queue("again", name="orders-live")
