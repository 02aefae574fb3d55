"""A web site whose bucket blocks public policies."""

import json

import pulumi_aws as aws

site = aws.s3.Bucket("site", bucket="site-of-our-company")
aws.s3.BucketPolicy(
    "site",
    bucket=site.id,
    policy=site.arn.apply(
        lambda arn: json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/*"},
                ],
            }
        )
    ),
)
