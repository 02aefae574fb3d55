"""
What AWS Config answers when its parts are not there, or there twice.

Sources: the errors of https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html and the pages beside it; the
texts as quoted in aws/aws-cdk#9001 and aws-samples/aws-devsecops-workshop#7; read 2026-11-24.
"""

from __future__ import annotations

from keyturn.facts.error import AwsError

RECORDING = "Recording"
"""That a recorder records: CloudFormation starts it as it makes it, Terraform and Pulumi when the recorder's status is declared."""

NO_CHANNEL = AwsError(
    "NoAvailableDeliveryChannelException", "Delivery channel is not available to start configuration recorder."
)
NO_RECORDER = AwsError(
    "NoAvailableConfigurationRecorderException", "Configuration recorder is not available to put delivery channel."
)
NO_RECORDER_FOR_RULE = AwsError(
    "NoAvailableConfigurationRecorderException",
    "You must create a configuration recorder before you can create or update a Config rule",
)
ONE_RECORDER = AwsError(
    "MaxNumberOfConfigurationRecordersExceededException",
    "Failed to put configuration recorder because the maximum number of configuration recorders: 1 is reached.",
)
ONE_CHANNEL = AwsError(
    "MaxNumberOfDeliveryChannelsExceededException",
    "Failed to put delivery channel because the maximum number of delivery channels: 1 is reached.",
)
