# GOOD: the role may read all queues whose names begin as the queue's does.
resource "aws_sqs_queue" "orders" {
  name_prefix = "orders-"
}

resource "aws_iam_role" "reader" {
  name_prefix = "reader-"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "reader" {
  role = aws_iam_role.reader.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
      Resource = "arn:aws:sqs:*:*:orders-*"
    }]
  })
}

resource "aws_lambda_function" "reader" {
  function_name = "reader"
  role          = aws_iam_role.reader.arn
  s3_bucket     = "packages"
  s3_key        = "reader.zip"
  handler       = "reader.handle"
  runtime       = "python3.12"
}

resource "aws_lambda_event_source_mapping" "orders" {
  event_source_arn = aws_sqs_queue.orders.arn
  function_name    = aws_lambda_function.reader.arn
}
