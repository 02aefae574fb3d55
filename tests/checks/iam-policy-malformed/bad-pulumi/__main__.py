"""A policy with an effect that there is not."""

import json

import pulumi_aws as aws

statement = {"Effect": "Permit", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::orders/*"}
aws.iam.Policy("orders", name="orders", policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
