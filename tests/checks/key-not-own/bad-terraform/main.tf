# BAD: the key is one that everybody in the account may use.
provider "aws" {
  region = "us-east-1"
}

resource "aws_secretsmanager_secret" "database" {
  name = "app/database"
}
