# BAD: a type of RDS.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_cluster" "main" {
  engine                      = "aurora-mysql"
  engine_version              = "8.0.mysql_aurora.3.10.0"
  master_username             = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  storage_type                = "io1"
}
