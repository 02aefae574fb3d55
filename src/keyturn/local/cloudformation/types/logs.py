"""AWS::Logs."""

from __future__ import annotations

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, camel, document, number, pick


def _create_group(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("LogGroupName"), 512)
    key = {"kmsKeyId": properties["KmsKeyId"]} if properties.get("KmsKeyId") else {}
    tags = {tag["Key"]: tag["Value"] for tag in place.tagged(properties)}
    logs = place.client("logs")
    logs.create_log_group(logGroupName=name, **key, **({"tags": tags} if tags else {}))
    place.began(name)
    if properties.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=number(properties["RetentionInDays"]))
    return _group(place, name)


def _group(place: Place, name: str) -> Result:
    return Result(name, {"Arn": place.arn("logs", f"log-group:{name}:*")})


def _delete_group(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_log_group(logGroupName=name)


def _update_group(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if old.get("LogGroupName") != new.get("LogGroupName"):
        return None
    logs = place.client("logs")
    if new.get("KmsKeyId") != old.get("KmsKeyId"):
        if new.get("KmsKeyId"):
            logs.associate_kms_key(logGroupName=name, kmsKeyId=new["KmsKeyId"])
        else:
            logs.disassociate_kms_key(logGroupName=name)
    if new.get("RetentionInDays"):
        logs.put_retention_policy(logGroupName=name, retentionInDays=number(new["RetentionInDays"]))
    elif old.get("RetentionInDays"):
        logs.delete_retention_policy(logGroupName=name)
    return _group(place, name)


def _create_stream(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("LogStreamName"), 512)
    place.client("logs").create_log_stream(logGroupName=properties["LogGroupName"], logStreamName=name)
    return Result(name)


def _delete_stream(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_log_stream(logGroupName=properties["LogGroupName"], logStreamName=name)


def _create_metric(place: Place, properties: Properties) -> Result:
    return _put_metric(place, place.name(properties.get("FilterName"), 512), properties)


def _update_metric(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_metric(place, name, new)


def _put_metric(place: Place, name: str, properties: Properties) -> Result:
    transformations = [
        camel(
            {key: str(value) if key == "MetricValue" else value for key, value in each.items() if key != "Dimensions"}
        )
        for each in properties["MetricTransformations"]
    ]
    place.client("logs").put_metric_filter(
        logGroupName=properties["LogGroupName"],
        filterName=name,
        filterPattern=properties["FilterPattern"],
        metricTransformations=transformations,
    )
    return Result(name)


def _delete_metric(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_metric_filter(logGroupName=properties["LogGroupName"], filterName=name)


def _create_subscription(place: Place, properties: Properties) -> Result:
    return _put_subscription(place, place.name(properties.get("FilterName"), 512), properties)


def _update_subscription(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_subscription(place, name, new)


def _put_subscription(place: Place, name: str, properties: Properties) -> Result:
    settings = camel(pick(properties, "LogGroupName", "FilterPattern", "DestinationArn", "RoleArn", "Distribution"))
    place.client("logs").put_subscription_filter(filterName=name, **settings)
    return Result(name)


def _delete_subscription(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_subscription_filter(logGroupName=properties["LogGroupName"], filterName=name)


def _put_policy(place: Place, properties: Properties) -> Result:
    name, text = place.name(properties["PolicyName"]), document(properties["PolicyDocument"])
    place.client("logs").put_resource_policy(policyName=name, policyDocument=text)
    return Result(name)


def _update_policy(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_policy(place, new)


def _delete_policy(place: Place, name: str, properties: Properties) -> None:
    place.client("logs").delete_resource_policy(policyName=name)


KINDS = {
    "AWS::Logs::ResourcePolicy": Kind(_put_policy, _delete_policy, _update_policy),
    "AWS::Logs::LogGroup": Kind(_create_group, _delete_group, _update_group),
    "AWS::Logs::LogStream": Kind(_create_stream, _delete_stream),
    "AWS::Logs::MetricFilter": Kind(_create_metric, _delete_metric, _update_metric),
    "AWS::Logs::SubscriptionFilter": Kind(_create_subscription, _delete_subscription, _update_subscription),
}
