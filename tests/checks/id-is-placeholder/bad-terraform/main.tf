# BAD: a subnet that was to be filled in.
provider "aws" {
  region = "us-east-1"
}

resource "aws_db_subnet_group" "main" {
  name       = "main"
  subnet_ids = ["subnet-private-a", "subnet-0a1b2c3d"]
}
