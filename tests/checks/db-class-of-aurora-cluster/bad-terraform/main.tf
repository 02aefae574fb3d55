# BAD: a cluster of Aurora has no class.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_cluster" "main" {
  engine                      = "aurora-mysql"
  engine_version              = "8.0.mysql_aurora.3.10.0"
  master_username             = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  db_cluster_instance_class   = "db.r6g.large"
}
