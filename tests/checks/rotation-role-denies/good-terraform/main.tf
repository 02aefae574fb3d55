# GOOD: the policy is attached by an attachment of its own.
provider "aws" {
  region = "us-east-1"
}

resource "aws_secretsmanager_secret" "database" {
  name = "app/database"
}

resource "aws_iam_role" "rotate" {
  name = "rotate"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect = "Allow"
      Principal = {
        Service = "lambda.amazonaws.com"
      }
      Action = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_policy" "rotate" {
  name = "rotate"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
      Resource = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/database-*"
    }]
  })
}

resource "aws_iam_policy_attachment" "rotate" {
  name       = "rotate"
  roles      = [aws_iam_role.rotate.name]
  policy_arn = aws_iam_policy.rotate.arn
}

resource "aws_lambda_function" "rotate" {
  function_name = "rotate"
  runtime       = "python3.12"
  handler       = "rotate.handle"
  role          = aws_iam_role.rotate.arn
  s3_bucket     = "packages"
  s3_key        = "rotate.zip"
}

resource "aws_lambda_permission" "rotate" {
  function_name  = aws_lambda_function.rotate.function_name
  action         = "lambda:InvokeFunction"
  principal      = "secretsmanager.amazonaws.com"
  source_account = "123456789012"
}

resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id           = aws_secretsmanager_secret.database.id
  rotation_lambda_arn = aws_lambda_function.rotate.arn

  rotation_rules {
    automatically_after_days = 30
  }

  depends_on = [aws_lambda_permission.rotate]
}
