# GOOD: function, endpoint and database share a group that lets its own members in.
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

resource "aws_iam_role_policy" "rotate" {
  name = "rotate"
  role = aws_iam_role.rotate.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
      Resource = "arn:aws:secretsmanager:us-east-1:123456789012:secret:app/database-*"
    }, {
      Effect   = "Allow"
      Action   = ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface"]
      Resource = "*"
    }]
  })
}

resource "aws_vpc" "main" {
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.0.0/24"
  availability_zone = "us-east-1a"
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.main.id
  cidr_block        = "10.0.1.0/24"
  availability_zone = "us-east-1b"
}

resource "aws_security_group" "shared" {
  name   = "shared"
  vpc_id = aws_vpc.main.id
}

resource "aws_security_group_rule" "among_themselves" {
  type              = "ingress"
  security_group_id = aws_security_group.shared.id
  from_port         = 0
  to_port           = 65535
  protocol          = "tcp"
  self              = true
}

resource "aws_security_group_rule" "out" {
  type              = "egress"
  security_group_id = aws_security_group.shared.id
  from_port         = 0
  to_port           = 0
  protocol          = "-1"
  cidr_blocks       = ["0.0.0.0/0"]
}

resource "aws_vpc_endpoint" "secrets" {
  vpc_id              = aws_vpc.main.id
  service_name        = "com.amazonaws.us-east-1.secretsmanager"
  vpc_endpoint_type   = "Interface"
  subnet_ids          = [aws_subnet.a.id, aws_subnet.b.id]
  security_group_ids  = [aws_security_group.shared.id]
  private_dns_enabled = true
}

resource "aws_db_subnet_group" "main" {
  name       = "app"
  subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}

resource "aws_db_instance" "main" {
  engine                      = "postgres"
  engine_version              = "16.9"
  instance_class              = "db.m6g.large"
  allocated_storage           = 100
  username                    = "keeper"
  manage_master_user_password = true
  storage_encrypted           = true
  db_subnet_group_name        = aws_db_subnet_group.main.name
  vpc_security_group_ids      = [aws_security_group.shared.id]
}

resource "aws_lambda_function" "rotate" {
  function_name = "rotate"
  runtime       = "python3.12"
  handler       = "rotate.handle"
  role          = aws_iam_role.rotate.arn
  s3_bucket     = "packages"
  s3_key        = "rotate.zip"

  environment {
    variables = {
      HOST = aws_db_instance.main.address
    }
  }

  vpc_config {
    subnet_ids         = [aws_subnet.a.id, aws_subnet.b.id]
    security_group_ids = [aws_security_group.shared.id]
  }
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
