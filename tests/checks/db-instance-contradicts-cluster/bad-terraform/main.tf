# BAD: a cluster of MySQL has no instance of PostgreSQL.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_cluster" "main" {
  engine                      = "aurora-mysql"
  engine_version              = "8.0.mysql_aurora.3.10.0"
  master_username             = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
}

resource "aws_rds_cluster_instance" "one" {
  cluster_identifier = aws_rds_cluster.main.id
  engine             = "aurora-postgresql"
  instance_class     = "db.r6g.large"
}
