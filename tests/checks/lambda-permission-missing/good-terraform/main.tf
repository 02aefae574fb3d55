# GOOD: the notification is made after the bucket and after the permission, which names the bucket.
provider "aws" {
  region = "us-east-1"
}

resource "aws_lambda_function" "resize" {
  function_name = "resize"
  role          = "arn:aws:iam::123456789012:role/resize"
  handler       = "index.handler"
  runtime       = "python3.12"
  filename      = "resize.zip"
}

resource "aws_s3_bucket" "images" {
  bucket = "images-of-ours"
}

resource "aws_lambda_permission" "images" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.resize.function_name
  principal     = "s3.amazonaws.com"
  source_arn    = aws_s3_bucket.images.arn
}

resource "aws_s3_bucket_notification" "images" {
  bucket = aws_s3_bucket.images.id
  lambda_function {
    lambda_function_arn = aws_lambda_function.resize.arn
    events              = ["s3:ObjectCreated:*"]
  }
  depends_on = [aws_lambda_permission.images]
}
