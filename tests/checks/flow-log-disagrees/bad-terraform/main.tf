# BAD: a role for S3, and an interval of five minutes.
provider "aws" {
  region = "us-east-1"
}

resource "aws_flow_log" "main" {
  vpc_id                   = "vpc-0a1b2c3d"
  traffic_type             = "ALL"
  log_destination_type     = "s3"
  log_destination          = "arn:aws:s3:::flow-logs"
  iam_role_arn             = "arn:aws:iam::123456789012:role/flow"
  max_aggregation_interval = 300
}
