"""A flow log whose role lets EC2 in."""

import json

import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role("flow", name="flow", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]}))
group = aws.cloudwatch.LogGroup("flow", name="/vpc/flow", retention_in_days=30)
aws.ec2.FlowLog("main", vpc_id="vpc-0a1b2c3d", traffic_type="ALL", log_destination=group.arn, iam_role_arn=role.arn)
