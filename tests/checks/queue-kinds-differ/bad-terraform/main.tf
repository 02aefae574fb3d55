# BAD: a FIFO queue with a standard dead-letter queue.
provider "aws" {
  region = "us-east-1"
}

resource "aws_sqs_queue" "dead" {
  name = "dead"
}

resource "aws_sqs_queue" "orders" {
  name           = "orders.fifo"
  fifo_queue     = true
  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 3 })
}
