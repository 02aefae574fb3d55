# BAD: the role lets EC2 in, and not Lambda.
provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_role" "function" {
  name = "function"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = aws_iam_role.function.arn
  handler       = "index.handler"
  runtime       = "python3.12"
  s3_bucket     = "packages"
  s3_key        = "report.zip"
}
