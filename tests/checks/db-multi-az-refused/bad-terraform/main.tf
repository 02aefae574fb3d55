# BAD: one zone is asked for, and two.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine                      = "mysql"
  engine_version              = "8.4.6"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  multi_az                    = true
  availability_zone           = "us-east-1a"
}
