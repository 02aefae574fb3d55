# GOOD: one role has AWS's policy by an attachment that names it in a list; what a module that is not here makes of the other nobody knows.
locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role" "attached" {
  name               = "attached"
  assume_role_policy = local.trust
}

resource "aws_iam_policy_attachment" "network" {
  name       = "network"
  roles      = [aws_iam_role.attached.name]
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
}

resource "aws_iam_role" "handed" {
  name               = "handed"
  assume_role_policy = local.trust
}

module "rights" {
  source = "example.com/acme/rights/aws"
  role   = aws_iam_role.handed.name
}

resource "aws_lambda_function" "f" {
  for_each      = { attached = aws_iam_role.attached.arn, handed = aws_iam_role.handed.arn }
  function_name = each.key
  role          = each.value
  runtime       = "python3.13"
  handler       = "index.handler"
  filename      = "f.zip"
  tags          = { owner = "data", environment = "live" }

  vpc_config {
    subnet_ids         = ["subnet-0a1b2c3d4e5f60718"]
    security_group_ids = ["sg-0a1b2c3d4e5f60718"]
  }
}
