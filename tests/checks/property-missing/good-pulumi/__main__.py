# GOOD: Pulumi names what is not named, and what CloudFormation must be told besides need not be told to the provider.
import pulumi_aws as aws

key = aws.kms.Key("own", enable_key_rotation=True, multi_region=True)
aws.kms.Alias("own", target_key_id=key.key_id)
aws.kms.ReplicaKey("own", primary_key_arn=key.arn, region="eu-west-1")
aws.cloudwatch.EventBus("orders")
aws.rds.ClusterParameterGroup("database", family="aurora-mysql8.0")
