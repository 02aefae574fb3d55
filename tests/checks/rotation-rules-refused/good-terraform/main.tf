# GOOD: every four hours.
provider "aws" {
  region = "us-east-1"
}

resource "aws_secretsmanager_secret" "database" {
  name = "app/database"
}

resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id           = aws_secretsmanager_secret.database.id
  rotation_lambda_arn = "arn:aws:lambda:us-east-1:123456789012:function:rotate"

  rotation_rules {
    schedule_expression = "rate(4 hours)"
  }
}
