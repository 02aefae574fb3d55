# GOOD: what CloudFormation must be told, and Terraform need not be: the provider, or AWS, makes it.
resource "aws_rds_cluster_parameter_group" "database" {
  family = "aurora-mysql8.0"
}

resource "aws_iam_instance_profile" "empty" {
  name = "empty"
}

resource "aws_kms_key" "own" {
  multi_region        = true
  enable_key_rotation = true
}

resource "aws_kms_alias" "own" {
  name_prefix   = "alias/own-"
  target_key_id = aws_kms_key.own.key_id
}

resource "aws_kms_replica_key" "own" {
  region          = "eu-west-1"
  primary_key_arn = aws_kms_key.own.arn
}

resource "aws_launch_template" "empty" {
  name = "empty"
}
