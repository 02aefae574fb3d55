# BAD: capital letters in a bucket's name.
provider "aws" {
  region = "us-east-1"
}

resource "aws_s3_bucket" "images" {
  bucket = "Images_of_ours"
}
