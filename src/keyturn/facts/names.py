"""
Which names services accept.

Sources: the pages of the resources' Create… operations in
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html,
https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html,
https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html,
https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html,
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html and those beside them; read 2026-11-24.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from keyturn.facts.error import AwsError


class Rule(NamedTuple):
    """
    What a service asks of a name.

    Attributes:
        property: The property that has it.
        longest: How many characters it may have.
        pattern: What it must match, besides its length.
        asked: The pattern in words.
        error: What AWS answers, as far as it is known.
    """

    property: str
    longest: int
    pattern: re.Pattern[str]
    asked: str
    error: AwsError | None = None


def _rule(property_: str, longest: int, pattern: str, asked: str, error: AwsError | None = None) -> Rule:
    return Rule(property_, longest, re.compile(pattern, re.ASCII), asked, error)


_IAM = "letters, digits and _+=,.@-"
_PLAIN = "letters, digits, hyphens and underscores"
_DATABASE = r"[A-Za-z](?!.*--)[A-Za-z0-9-]*(?<!-)"
_IDENTIFIER = "letters, digits and single hyphens, the first one a letter, the last one no hyphen"
_BALANCER = r"(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HYPHENS = "letters, digits and hyphens, no hyphen at either end"
_BUCKET = (
    r"(?!(?:\d{1,3}\.){3}\d{1,3}$)(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)"
    r"[a-z0-9][a-z0-9.-]+[a-z0-9]"
)

RULES = {
    "AWS::S3::Bucket": _rule(
        "BucketName",
        63,
        _BUCKET,
        "three or more of small letters, digits, dots and hyphens, a letter or digit at either end, and nothing that S3 reserves",
        AwsError("InvalidBucketName", "The specified bucket is not valid."),
    ),
    "AWS::Lambda::Function": _rule("FunctionName", 64, r"[\w-]+|arn:.*", _PLAIN),
    "AWS::IAM::Role": _rule("RoleName", 64, r"[\w+=,.@-]+", _IAM),
    "AWS::IAM::User": _rule("UserName", 64, r"[\w+=,.@-]+", _IAM),
    "AWS::IAM::Group": _rule("GroupName", 128, r"[\w+=,.@-]+", _IAM),
    "AWS::IAM::ManagedPolicy": _rule("ManagedPolicyName", 128, r"[\w+=,.@-]+", _IAM),
    "AWS::IAM::InstanceProfile": _rule("InstanceProfileName", 128, r"[\w+=,.@-]+", _IAM),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": _rule(
        "Name", 32, _BALANCER, f"{_HYPHENS}, and not internal- at its beginning"
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": _rule("Name", 32, _BALANCER.removeprefix("(?!internal-)"), _HYPHENS),
    "AWS::SQS::Queue": _rule("QueueName", 80, r"[\w-]+(?:\.fifo)?", _PLAIN),
    "AWS::SNS::Topic": _rule("TopicName", 256, r"[\w-]+(?:\.fifo)?", _PLAIN),
    "AWS::DynamoDB::Table": _rule("TableName", 255, r"[\w.-]{3,}", f"three or more of {_PLAIN} and dots"),
    "AWS::Events::Rule": _rule("Name", 64, r"[\w.-]+", f"{_PLAIN} and dots"),
    "AWS::ECR::Repository": _rule(
        "RepositoryName",
        256,
        r"(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*/)*[a-z0-9]+(?:[._-]+[a-z0-9]+)*",
        "small letters and digits, with dots, hyphens, underscores and slashes between them",
    ),
    "AWS::KMS::Alias": _rule(
        "AliasName", 256, r"alias/(?!aws/)[\w/-]+", f"alias/, and then {_PLAIN} and slashes, but not aws/"
    ),
    "AWS::RDS::DBInstance": _rule("DBInstanceIdentifier", 63, _DATABASE, _IDENTIFIER),
    "AWS::RDS::DBCluster": _rule("DBClusterIdentifier", 63, _DATABASE, _IDENTIFIER),
    "AWS::ElastiCache::ReplicationGroup": _rule("ReplicationGroupId", 40, _DATABASE, _IDENTIFIER),
    "AWS::SecretsManager::Secret": _rule("Name", 512, r"[\w/+=.@-]+", "letters, digits and /_+=.@-"),
    "AWS::Logs::LogGroup": _rule("LogGroupName", 512, r"[\w./#-]+", "letters, digits and _-/.#"),
    "AWS::StepFunctions::StateMachine": _rule("StateMachineName", 80, r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/]+", _PLAIN),
    "AWS::EKS::FargateProfile": _rule("FargateProfileName", 100, r"(?!eks-).+", "anything but eks- at its beginning"),
    "AWS::EC2::SecurityGroup": _rule(
        "GroupName",
        255,
        r"(?!sg-)[\w .:/()#,@\[\]+=&;{}!$*-]+",
        "letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*, and not sg- at its beginning",
    ),
}
"""By the type of the resource."""

IN_EXAMPLES = re.compile(r"(?:DOC-EXAMPLE|amzn-s3-demo)-", re.IGNORECASE)
"""How the names of buckets begin that AWS's documentation has, and that nobody can have."""
