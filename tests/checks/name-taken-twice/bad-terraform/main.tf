# BAD: two queues of one name.
provider "aws" {
  region = "us-east-1"
}

locals {
  stage = "live"
}

resource "aws_sqs_queue" "orders" {
  name = "orders-${local.stage}"
}

resource "aws_sqs_queue" "again" {
  name = "orders-live"
}
