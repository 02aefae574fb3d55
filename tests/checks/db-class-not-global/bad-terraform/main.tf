# BAD: global databases take no burstable class.
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
}

resource "aws_rds_cluster_instance" "one" {
  cluster_identifier = aws_rds_cluster.main.id
  engine             = "aurora-mysql"
  instance_class     = "db.t4g.medium"
}
