# BAD: no new function is made with python3.7 since January 2024.
variable "runtime" {
  type    = string
  default = "python3.7"
}

provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::123456789012:role/report"
  handler       = "index.handler"
  runtime       = var.runtime
  s3_bucket     = "packages"
  s3_key        = "report.zip"
}

resource "aws_lambda_function" "letters" {
  function_name = "letters"
  role          = "arn:aws:iam::123456789012:role/report"
  handler       = "index.handler"
  runtime       = "ruby2.7"
  s3_bucket     = "packages"
  s3_key        = "letters.zip"
}
