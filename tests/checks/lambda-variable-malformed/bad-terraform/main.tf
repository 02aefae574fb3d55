# BAD: a name with hyphens, as other programs have them.
provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::123456789012:role/report"
  handler       = "index.handler"
  runtime       = "python3.12"
  s3_bucket     = "packages"
  s3_key        = "report.zip"

  environment {
    variables = {
      "replica-region" = "eu-west-1"
      TABLE            = "orders"
    }
  }
}
