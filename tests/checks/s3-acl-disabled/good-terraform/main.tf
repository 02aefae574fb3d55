# GOOD: Object Ownership lets the one bucket have lists, and the other is given none.
resource "aws_s3_bucket" "logs" {
  bucket = "logs-of-acme"
}

resource "aws_s3_bucket_ownership_controls" "logs" {
  bucket = aws_s3_bucket.logs.id

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_acl" "logs" {
  bucket     = aws_s3_bucket.logs.id
  acl        = "log-delivery-write"
  depends_on = [aws_s3_bucket_ownership_controls.logs]
}

resource "aws_s3_bucket" "reports" {
  bucket = "reports-of-acme"
}
