# BAD: .NET 9 is a container image only.
provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "report" {
  function_name = "report"
  role          = "arn:aws:iam::123456789012:role/report"
  handler       = "Report::Report.Function::Handle"
  runtime       = "dotnet9"
  s3_bucket     = "packages"
  s3_key        = "report.zip"
}
