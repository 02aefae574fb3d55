"""AWS::CloudWatch and AWS::CloudTrail."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number, pick, truth

ALARM = (
    "AlarmDescription",
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Dimensions",
    "Unit",
    "ComparisonOperator",
    "TreatMissingData",
    "AlarmActions",
    "OKActions",
    "InsufficientDataActions",
    "Metrics",
    "ThresholdMetricId",
)


def _put_alarm(place: Place, name: str, properties: Properties) -> Result:
    settings: dict[str, Any] = pick(properties, *ALARM)
    for each in ("Period", "EvaluationPeriods", "DatapointsToAlarm"):
        if properties.get(each) is not None:
            settings[each] = number(properties[each])
    if properties.get("Threshold") is not None:
        settings["Threshold"] = float(properties["Threshold"])
    if "ActionsEnabled" in properties:
        settings["ActionsEnabled"] = truth(properties["ActionsEnabled"])
    place.client("cloudwatch").put_metric_alarm(AlarmName=name, **settings)
    return Result(name, {"Arn": place.arn("cloudwatch", f"alarm:{name}")})


def _create_alarm(place: Place, properties: Properties) -> Result:
    return _put_alarm(place, place.name(properties.get("AlarmName")), properties)


def _delete_alarm(place: Place, name: str, properties: Properties) -> None:
    place.client("cloudwatch").delete_alarms(AlarmNames=[name])


def _update_alarm(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    return None if old.get("AlarmName") != new.get("AlarmName") else _put_alarm(place, name, new)


TRAIL = ("S3BucketName", "S3KeyPrefix", "SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")
TRAIL_FLAGS = ("IncludeGlobalServiceEvents", "IsMultiRegionTrail", "EnableLogFileValidation")


def _trail(properties: Properties) -> dict[str, Any]:
    settings: dict[str, Any] = pick(properties, *TRAIL)
    settings |= {flag: truth(properties[flag]) for flag in TRAIL_FLAGS if flag in properties}
    if properties.get("KMSKeyId"):
        settings["KmsKeyId"] = properties["KMSKeyId"]
    return settings


def _create_trail(place: Place, properties: Properties) -> Result:
    trails = place.client("cloudtrail")
    name = place.name(properties.get("TrailName"), 128)
    made = trails.create_trail(Name=name, TagsList=place.tagged(properties), **_trail(properties))
    place.began(name)
    if truth(properties.get("IsLogging", True)):
        trails.start_logging(Name=name)
    return Result(name, {"Arn": made["TrailARN"]})


def _update_trail(place: Place, name: str, old: Properties, new: Properties) -> Result:
    trails = place.client("cloudtrail")
    trails.update_trail(Name=name, **_trail(new))
    (trails.start_logging if truth(new.get("IsLogging", True)) else trails.stop_logging)(Name=name)
    return Result(name)


def _delete_trail(place: Place, name: str, properties: Properties) -> None:
    place.client("cloudtrail").delete_trail(Name=name)


def _put_dashboard(place: Place, name: str, properties: Properties) -> Result:
    place.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=properties["DashboardBody"])
    return Result(name)


def _create_dashboard(place: Place, properties: Properties) -> Result:
    return _put_dashboard(place, place.name(properties.get("DashboardName")), properties)


def _update_dashboard(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_dashboard(place, name, new)


def _delete_dashboard(place: Place, name: str, properties: Properties) -> None:
    place.client("cloudwatch").delete_dashboards(DashboardNames=[name])


KINDS = {
    "AWS::CloudWatch::Dashboard": Kind(_create_dashboard, _delete_dashboard, _update_dashboard),
    "AWS::CloudWatch::Alarm": Kind(_create_alarm, _delete_alarm, _update_alarm),
    "AWS::CloudTrail::Trail": Kind(_create_trail, _delete_trail, _update_trail),
}
