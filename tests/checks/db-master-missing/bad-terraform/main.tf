# BAD: there is no password, and RDS is not to make one.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine            = "postgres"
  engine_version    = "16.9"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  storage_encrypted = true
  username          = "keeper"
}
