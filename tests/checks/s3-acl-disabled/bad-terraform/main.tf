# BAD: even a list that says what holds anyway is refused, for it is set once the bucket is there.
resource "aws_s3_bucket" "reports" {
  bucket = "reports-of-acme"
}

resource "aws_s3_bucket_acl" "reports" {
  bucket = aws_s3_bucket.reports.id
  acl    = "private"
}
