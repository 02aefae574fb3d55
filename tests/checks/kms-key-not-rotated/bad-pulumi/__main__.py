"""A key of one's own, without rotation."""

import pulumi_aws as aws

aws.kms.Key("key", description="data")
