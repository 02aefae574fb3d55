"""
What functions, logs, alarms, buckets and the rest are known by.

Source: "Return values" of each type in CloudFormation's template reference, and the services' resource tables in AWS's Service
Authorization Reference; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown, Value
from keyturn.read.functions import concat
from keyturn.read.identity.shape import Fields, Form, Shape

_LAMBDA = "arn:{partition}:lambda:{region}:{account}:"


def _of_function(ending: str) -> Form:
    """The ARN of the function that `FunctionName` names (by name or ARN), and what comes after it."""

    def form(fields: Fields) -> Value:
        function = fields.property("FunctionName")
        given_as_arn = isinstance(function, str) and function.startswith("arn:")
        return concat(
            (*(() if given_as_arn else (fields.render(_LAMBDA + "function:"),)), function, fields.render(ending))
        )

    return form


def _website(fields: Fields) -> Value:
    region = fields.world.region
    dash = region in {"us-east-1", "us-west-1", "us-west-2", "eu-west-1", "sa-east-1", "us-gov-west-1"} or region in {
        "ap-northeast-1",
        "ap-southeast-1",
        "ap-southeast-2",
    }
    return concat(("http://", fields.name, f".s3-website{'-' if dash else '.'}{region}.{fields.world.dns_suffix}"))


def _chosen(what: str) -> Form:
    return lambda fields: Unknown(f"AWS chooses the {what} of {fields.logical}")


SHAPES: Mapping[str, Shape] = {
    "Lambda::Function": Shape(
        name="FunctionName",
        arn=_LAMBDA + "function:{name}",
        limit=64,
        attributes={"Arn": "{arn}"},
    ),
    "Lambda::Version": Shape(
        ref=_of_function(":1"), arn=_of_function(":1"), attributes={"Version": lambda _: "1", "FunctionArn": "{ref}"}
    ),
    "Lambda::Alias": Shape(ref=_of_function(":{Name}"), arn=_of_function(":{Name}"), attributes={"AliasArn": "{ref}"}),
    "Lambda::LayerVersion": Shape(
        name="LayerName",
        minted="{logical}{mixed10}",
        ref="{arn}",
        arn=_LAMBDA + "layer:{name}:1",
        limit=64,
        attributes={"LayerVersionArn": "{arn}"},
    ),
    "Lambda::Permission": Shape(attributes={"Id": "{ref}"}),
    "Lambda::LayerVersionPermission": Shape(attributes={"Id": "{ref}"}),
    "Lambda::EventSourceMapping": Shape(
        ref="{uuid}",
        arn=_LAMBDA + "event-source-mapping:{uuid}",
        attributes={"Id": "{ref}", "EventSourceMappingArn": "{arn}"},
    ),
    "Lambda::Url": Shape(
        ref=_of_function(""),
        attributes={"FunctionArn": "{ref}", "FunctionUrl": "https://{lower32}.lambda-url.{region}.on.aws/"},
    ),
    "Logs::LogGroup": Shape(
        name="LogGroupName",
        arn="arn:{partition}:logs:{region}:{account}:log-group:{name}",
        limit=512,
        attributes={"Arn": "{arn}:*"},
    ),
    "Logs::LogStream": Shape(name="LogStreamName"),
    "Logs::SubscriptionFilter": Shape(name="FilterName"),
    "Logs::MetricFilter": Shape(name="FilterName"),
    "Logs::DeliveryDestination": Shape(
        name="Name",
        arn="arn:{partition}:logs:{region}:{account}:delivery-destination:{name}",
        attributes={"Arn": "{arn}"},
    ),
    "Logs::ResourcePolicy": Shape(ref="{PolicyName}"),
    "CloudWatch::Alarm": Shape(
        name="AlarmName", arn="arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}", attributes={"Arn": "{arn}"}
    ),
    "CloudWatch::CompositeAlarm": Shape(
        name="AlarmName", arn="arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}", attributes={"Arn": "{arn}"}
    ),
    "CloudWatch::Dashboard": Shape(name="DashboardName", arn="arn:{partition}:cloudwatch::{account}:dashboard/{name}"),
    "S3::Bucket": Shape(
        name="BucketName",
        minted="{stack}-{logical}-{lower12}",
        arn="arn:{partition}:s3:::{name}",
        limit=63,
        lower=True,
        attributes={
            "Arn": "{arn}",
            "DomainName": "{name}.s3.{suffix}",
            "DualStackDomainName": "{name}.s3.dualstack.{region}.{suffix}",
            "RegionalDomainName": "{name}.s3.{region}.{suffix}",
            "WebsiteURL": _website,
        },
    ),
    "S3::BucketPolicy": Shape(ref="{Bucket}"),
    "S3::StorageLens": Shape(
        ref="{StorageLensConfiguration.Id}",
        arn="arn:{partition}:s3:{region}:{account}:storage-lens/{StorageLensConfiguration.Id}",
        attributes={"StorageLensConfiguration.StorageLensArn": "{arn}"},
    ),
    "CloudFormation::Stack": Shape(
        ref="{arn}", arn="arn:{partition}:cloudformation:{region}:{account}:stack/{stack}-{logical}-{upper12}/{uuid}"
    ),
    "CloudFormation::WaitConditionHandle": Shape(ref=_chosen("URL")),
    "CloudFormation::WaitCondition": Shape(
        ref="arn:{partition}:cloudformation:{region}:{account}:stack/{stack}/{uuid}/{logical}",
        attributes={"Data": _chosen("data")},
    ),
}
