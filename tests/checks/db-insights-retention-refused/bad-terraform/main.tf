# BAD: 30 days are not offered.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_instance" "main" {
  engine                                = "postgres"
  engine_version                        = "16.9"
  instance_class                        = "db.m6g.large"
  allocated_storage                     = 100
  username                              = "keeper"
  manage_master_user_password           = true
  storage_encrypted                     = true
  performance_insights_enabled          = true
  performance_insights_retention_period = 30
}
