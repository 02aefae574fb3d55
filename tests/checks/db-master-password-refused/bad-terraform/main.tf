# BAD: the password has an @ in it.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine            = "postgres"
  engine_version    = "16.9"
  instance_class    = "db.m6g.large"
  allocated_storage = 100
  username          = "keeper"
  storage_encrypted = true
  password          = "correct@horse@battery"
}
