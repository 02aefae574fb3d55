"""
What Auto Scaling, AWS Config, Glue and mail are known by.

Source: "Return values" of each type in CloudFormation's template reference, and the services' resource tables in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.read.identity.shape import Shape

SHAPES: Mapping[str, Shape] = {
    "AutoScaling::AutoScalingGroup": Shape(
        name="AutoScalingGroupName",
        arn="arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
    ),
    "Config::ConfigurationRecorder": Shape(name="Name"),
    "Config::DeliveryChannel": Shape(name="Name"),
    "Config::ConfigRule": Shape(
        name="ConfigRuleName",
        limit=128,
        arn="arn:{partition}:config:{region}:{account}:config-rule/config-rule-{lower6}",
        attributes={"Arn": "{arn}", "ConfigRuleId": "config-rule-{lower6}"},
    ),
    "Glue::SecurityConfiguration": Shape(name="Name"),
    "IoT::TopicRule": Shape(
        name="RuleName", arn="arn:{partition}:iot:{region}:{account}:rule/{name}", attributes={"Arn": "{arn}"}
    ),
    "SES::ReceiptRule": Shape(ref="{Rule.Name}"),
}
