# GOOD: the recorder is started by its status, when there is a channel, which waits for the recorder.
resource "aws_config_configuration_recorder" "all" {
  name     = "all"
  role_arn = "arn:aws:iam::123456789012:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
}

resource "aws_config_delivery_channel" "all" {
  name           = "all"
  s3_bucket_name = "config-of-ours"
  depends_on     = [aws_config_configuration_recorder.all]
}

resource "aws_config_configuration_recorder_status" "all" {
  name       = aws_config_configuration_recorder.all.name
  is_enabled = true
  depends_on = [aws_config_delivery_channel.all]
}

resource "aws_config_config_rule" "encrypted" {
  name       = "encrypted"
  depends_on = [aws_config_configuration_recorder.all]

  source {
    owner             = "AWS"
    source_identifier = "ENCRYPTED_VOLUMES"
  }
}
