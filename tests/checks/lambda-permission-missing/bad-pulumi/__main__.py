"""A bucket that notifies a function which does not let S3 in."""

import pulumi_aws as aws

function = aws.lambda_.Function(
    "resize",
    name="resize",
    role="arn:aws:iam::123456789012:role/resize",
    handler="index.handler",
    runtime="python3.12",
    s3_bucket="packages",
    s3_key="resize.zip",
)
bucket = aws.s3.Bucket("images", bucket="images-of-ours")
aws.s3.BucketNotification(
    "images",
    bucket=bucket.id,
    lambda_functions=[{"lambda_function_arn": function.arn, "events": ["s3:ObjectCreated:*"]}],
)
