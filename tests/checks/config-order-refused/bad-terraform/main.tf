# BAD: the recorder waits for the channel, which needs it.
resource "aws_config_configuration_recorder" "all" {
  name       = "all"
  role_arn   = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
  depends_on = [aws_config_delivery_channel.all]
}

resource "aws_config_delivery_channel" "all" {
  name           = "all"
  s3_bucket_name = "config-of-ours"
}
