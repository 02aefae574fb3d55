# GOOD: it has an owner.
provider "aws" {
  region = "us-east-1"
}

resource "aws_secretsmanager_secret" "database" {
  name = "app/database"
  tags = {
    Owner = "payments"
  }
}
