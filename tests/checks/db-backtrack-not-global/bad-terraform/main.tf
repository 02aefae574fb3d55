# BAD: a member of a global database keeps its changes.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_global_cluster" "world" {
  global_cluster_identifier = "world"
  engine                    = "aurora-mysql"
  engine_version            = "8.0.mysql_aurora.3.10.0"
}

resource "aws_rds_cluster" "main" {
  engine                      = "aurora-mysql"
  engine_version              = "8.0.mysql_aurora.3.10.0"
  master_username             = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  global_cluster_identifier   = aws_rds_global_cluster.world.id
  backtrack_window            = 86400
}
