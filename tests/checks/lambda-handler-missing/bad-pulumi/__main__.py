# BAD: the module is in a folder of the package.
import pulumi
import pulumi_aws as aws

aws.lambda_.Function(
    "rotate",
    runtime="python3.12",
    handler="handler.handle",
    role="arn:aws:iam::123456789012:role/rotate",
    code=pulumi.FileArchive("code"),
)
