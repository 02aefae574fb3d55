# BAD: the most is less than the least.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_cluster" "main" {
  engine                      = "aurora-mysql"
  engine_version              = "8.0.mysql_aurora.3.10.0"
  master_username             = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true

  serverlessv2_scaling_configuration {
    min_capacity = 8
    max_capacity = 4
  }
}

resource "aws_rds_cluster_instance" "one" {
  cluster_identifier = aws_rds_cluster.main.id
  engine             = "aurora-mysql"
  instance_class     = "db.serverless"
}
