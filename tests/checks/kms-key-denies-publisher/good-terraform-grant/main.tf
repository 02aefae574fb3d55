# GOOD: a grant gives the role the key; grants are not read, so it is undecided.
provider "aws" {
  region = "us-east-1"
}

resource "aws_kms_key" "main" {
  description         = "volumes"
  enable_key_rotation = true
}

resource "aws_kms_grant" "scaling" {
  key_id            = aws_kms_key.main.key_id
  grantee_principal = "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
  operations        = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "CreateGrant", "DescribeKey"]
}

resource "aws_sns_topic" "alerts" {
  kms_master_key_id = aws_kms_key.main.id
}

resource "aws_cloudwatch_metric_alarm" "cpu" {
  alarm_name          = "cpu"
  namespace           = "AWS/RDS"
  metric_name         = "CPUUtilization"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 5
  threshold           = 90
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
