# BAD: the package has no driver for PostgreSQL.
provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "rotate" {
  function_name = "rotate"
  runtime       = "python3.12"
  handler       = "rotate.handle"
  role          = "arn:aws:iam::123456789012:role/rotate"
  filename      = "rotate.zip"
}
