# BAD: aws_db_instance is for all but Aurora.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine                      = "aurora-postgresql"
  engine_version              = "16.9"
  instance_class              = "db.r6g.large"
  allocated_storage           = 100
  username                    = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
}
