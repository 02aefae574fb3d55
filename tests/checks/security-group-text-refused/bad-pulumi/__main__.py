"""A security group with an apostrophe in its description."""

import pulumi_aws as aws

aws.ec2.SecurityGroup("web", name="web", description="the application's servers", vpc_id="vpc-0a1b2c3d")
