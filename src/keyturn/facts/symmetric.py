"""
Which properties name the KMS key that a service encrypts with: it has to be symmetric, enabled, and in the same region.

Sources: the property's own description in CloudFormation's template reference; for keys in general
https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html ("AWS services that are integrated with KMS use symmetric
encryption keys"); read 2026-11-24.
"""

from __future__ import annotations

KEY_PROPERTIES: dict[str, tuple[str, ...]] = {
    "AWS::DynamoDB::Table": ("SSESpecification.KMSMasterKeyId",),
    "AWS::EC2::Volume": ("KmsKeyId",),
    "AWS::EFS::FileSystem": ("KmsKeyId",),
    "AWS::Lambda::Function": ("KmsKeyArn",),
    "AWS::Logs::LogGroup": ("KmsKeyId",),
    "AWS::RDS::DBCluster": ("KmsKeyId", "MasterUserSecret.KmsKeyId", "PerformanceInsightsKmsKeyId"),
    "AWS::RDS::DBInstance": ("KmsKeyId", "MasterUserSecret.KmsKeyId", "PerformanceInsightsKMSKeyId"),
    "AWS::SNS::Topic": ("KmsMasterKeyId",),
    "AWS::SQS::Queue": ("KmsMasterKeyId",),
    "AWS::SecretsManager::Secret": ("KmsKeyId",),
}
"""The properties by type, steps joined by dots."""
