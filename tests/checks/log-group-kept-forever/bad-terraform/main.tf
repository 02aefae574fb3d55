# BAD: nothing is ever deleted.
provider "aws" {
  region = "us-east-1"
}

resource "aws_cloudwatch_log_group" "main" {
  name = "/app/database"
}
