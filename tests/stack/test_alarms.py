"""The alarms watch what the function writes, and no run of it goes unwatched."""

from __future__ import annotations

import pytest

from keyturn import stack
from keyturn.graph import Graph
from keyturn.rotation import metrics
from worlds import data, only

ALARM = "AWS::CloudWatch::Alarm"


def line(outcome: str, **fields: int) -> dict[str, object]:
    """A line as the function writes it."""
    return metrics.embedded({"step": "discard", "outcome": outcome, "milliseconds": 9, **fields}, "f", 0.0)


def written(name: str) -> tuple[list[str], str]:
    """The dimensions and the unit that a metric is written with."""
    document = line("done", overdue=0, unfinished=0, old_password_age=0)
    directives = document["_aws"]["CloudWatchMetrics"]  # type: ignore[index]
    [found] = [(each, metric) for each in directives for metric in each["Metrics"] if metric["Name"] == name]
    assert found[0]["Namespace"] == metrics.NAMESPACE
    [dimensions] = found[0]["Dimensions"]
    return dimensions, found[1]["Unit"]


def test_each_alarm_is_on_a_metric_that_the_function_writes(dev: Graph) -> None:
    alarms = list(dev.of_type(ALARM))
    assert {alarm.properties["MetricName"] for alarm in alarms} == {"failures", "unfinished", "overdue"}
    function = only(dev, "AWS::Lambda::Function").properties["FunctionName"]
    for alarm in alarms:
        dimensions, _ = written(str(alarm.properties["MetricName"]))
        assert alarm.properties["Namespace"] == metrics.NAMESPACE
        assert data(alarm.properties["Dimensions"]) == [{"Name": name, "Value": function} for name in dimensions]


def test_silence_of_the_hourly_run_is_a_fault_and_silence_of_rotations_is_not(dev: Graph) -> None:
    missing = {alarm.properties["MetricName"]: alarm.properties["TreatMissingData"] for alarm in dev.of_type(ALARM)}
    assert missing == {"failures": "notBreaching", "unfinished": "notBreaching", "overdue": "breaching"}


@pytest.mark.parametrize(
    ("outcome", "counts"),
    [
        ("done", 0), ("already", 0), ("nothing", 0), ("postponed", 0), ("rejected", 1), ("unsupported", 1), ("refused", 1),
        ("unreachable", 1), ("failed", 1),
    ],
)  # fmt: skip
def test_which_outcomes_wake_somebody(dev: Graph, outcome: str, counts: int) -> None:
    [failed] = [alarm for alarm in dev.of_type(ALARM) if alarm.properties["MetricName"] == "failures"]
    over = data(failed.properties["Threshold"])
    assert line(outcome)["failures"] == counts
    assert (counts > float(over)) == bool(counts)


def test_alarms_go_to_the_users_topic_and_come_back() -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:operators"
    graph = stack.graph(stack.Arguments("dev-001", alarm_topic_arn=topic))
    for alarm in graph.of_type(ALARM):
        assert data(alarm.properties["AlarmActions"]) == data(alarm.properties["OKActions"]) == [topic]
