"""A role with a managed policy that is named without its path."""

import json

import pulumi_aws as aws

trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
role = aws.iam.Role(
    "function", name="function", assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
)
aws.iam.RolePolicyAttachment("logs", role=role.name, policy_arn="arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole")
