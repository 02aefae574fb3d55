"""
What S3 answers to a replication configuration that it does not accept.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html; the texts as quoted by programs that failed with
them; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError

SOURCE_NOT_VERSIONED = AwsError(
    "InvalidRequest", "Versioning must be 'Enabled' on the bucket to apply a replication configuration"
)
DESTINATION_NOT_VERSIONED = AwsError("InvalidRequest", "Destination bucket must have versioning enabled.")
DESTINATION_MISSING = AwsError("InvalidRequest", "Destination bucket must exist.")
DELETE_MARKERS = AwsError(
    "InvalidRequest",
    "DeleteMarkerReplication must be specified for this version of Cross Region Replication configuration schema.",
)
KMS_NOT_SELECTED = AwsError(
    "InvalidRequest", "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present"
)
KEY_MISSING = AwsError(
    "InvalidArgument",
    "EncryptionConfiguration.ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is enabled.",
)
