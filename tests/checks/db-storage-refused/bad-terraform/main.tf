# BAD: IOPS of gp3 cannot be chosen below 400 GiB.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine                      = "postgres"
  engine_version              = "16.9"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  storage_type                = "gp3"
  iops                        = 6000
}
