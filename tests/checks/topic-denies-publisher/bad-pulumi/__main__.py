"""A rule that publishes to a topic without a policy of its own."""

import json

import pulumi_aws as aws

topic = aws.sns.Topic("alerts", name="alerts")
rule = aws.cloudwatch.EventRule("findings", name="findings", event_pattern=json.dumps({"source": ["aws.guardduty"]}))
aws.cloudwatch.EventTarget("to-alerts", rule=rule.name, arn=topic.arn)
