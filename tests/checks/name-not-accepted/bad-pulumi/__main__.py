"""A bucket whose name has capital letters."""

import pulumi_aws as aws

aws.s3.Bucket("images", bucket="Images_of_ours")
