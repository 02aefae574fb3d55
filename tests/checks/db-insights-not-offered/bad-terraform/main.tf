# BAD: MySQL has none on micro.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine                      = "mysql"
  engine_version              = "8.4.8"
  instance_class              = "db.t4g.micro"
  allocated_storage           = 20
  username                    = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  performance_insights_enabled = true
}
