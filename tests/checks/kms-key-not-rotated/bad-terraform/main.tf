# BAD: its material stays the same for ever.
provider "aws" {
  region = "us-east-1"
}

resource "aws_kms_key" "main" {
  description = "database"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        AWS = "arn:aws:iam::123456789012:root"
      }
      Action   = "kms:*"
      Resource = "*"
    }]
  })
}
