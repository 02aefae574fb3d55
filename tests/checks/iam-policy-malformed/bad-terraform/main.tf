# BAD: an effect that there is not, and a resource that is no ARN.
provider "aws" {
  region = "us-east-1"
}

resource "aws_iam_policy" "orders" {
  name = "orders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Permit"
      Action   = "s3:GetObject"
      Resource = "orders/*"
    }]
  })
}
