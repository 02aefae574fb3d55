# BAD: the role may read the secret, but not write it nor move its labels.
import json

import pulumi
import pulumi_aws as aws

secret = aws.secretsmanager.Secret("database-secret", name="app/database")

role = aws.iam.Role(
    "rotation-role",
    name="rotation-role",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    ),
)

aws.iam.RolePolicy(
    "rotation-policy",
    role=role.name,
    policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                    "Resource": secret.arn,
                }
            ],
        }
    ),
)

function = aws.lambda_.Function(
    "rotation-function",
    name="rotation-function",
    runtime="python3.12",
    handler="rotate.handle",
    role=role.arn,
    s3_bucket="packages",
    s3_key="rotate.zip",
)

permission = aws.lambda_.Permission(
    "rotation-permission",
    action="lambda:InvokeFunction",
    function=function.name,
    principal="secretsmanager.amazonaws.com",
)

aws.secretsmanager.SecretRotation(
    "rotation-schedule",
    secret_id=secret.id,
    rotation_lambda_arn=function.arn,
    rotation_rules={"automatically_after_days": 30},
    opts=pulumi.ResourceOptions(depends_on=[permission]),
)
