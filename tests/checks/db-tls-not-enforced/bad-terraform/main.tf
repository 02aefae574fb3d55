# BAD: clients may come without TLS.
provider "aws" {
  region = "us-east-1"
}

resource "aws_rds_cluster_parameter_group" "main" {
  name   = "app"
  family = "aurora-mysql8.0"

  parameter {
    name  = "require_secure_transport"
    value = "OFF"
  }
}
