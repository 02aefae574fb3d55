# BAD: an apostrophe in the group's description, an arrow in a rule's.
provider "aws" {
  region = "us-east-1"
}

resource "aws_security_group" "web" {
  name        = "web"
  description = "the application's servers"
  vpc_id      = "vpc-0a1b2c3d"

  ingress {
    description = "balancer -> server"
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8"]
  }
}
