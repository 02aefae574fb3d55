"""Scheduled rules run their functions on the cloud's clock, as far as the functions let EventBridge in."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import MakeFunction, lines
from keyturn.local.cloud import Cloud

TELL = "import json\ndef handler(event, context): print('got ' + json.dumps(event))"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def schedule(cloud: Cloud, expression: str, function: str, name: str = "hourly", **target: Any) -> str:
    events = cloud.client("events")
    rule: str = events.put_rule(Name=name, ScheduleExpression=expression)["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": function, **target}])
    return rule


def admit(cloud: Cloud, rule: str, **conditions: str) -> None:
    cloud.client("lambda").add_permission(
        FunctionName="tested",
        StatementId=f"statement-{len(conditions)}",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
        **conditions,
    )


def got(cloud: Cloud) -> list[Any]:
    """The events that the function was given; there may be no log group yet."""
    try:
        told = lines(cloud)
    except ClientError:
        return []
    return [json.loads(line.removeprefix("got ")) for line in told if line.startswith("got ")]


def test_an_hourly_rule_fires_24_times_a_day(cloud: Cloud, make_function: MakeFunction) -> None:
    before = cloud.clock.now()
    rule = schedule(cloud, "rate(1 hour)", make_function(TELL))
    admit(cloud, rule)
    cloud.clock.advance(DAY + timedelta(minutes=1))
    events = got(cloud)
    times = [datetime.strptime(event["time"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) for event in events]
    assert len(times) == 24
    assert all(later - earlier == HOUR for earlier, later in itertools.pairwise(times))
    assert HOUR <= times[0] - before.replace(microsecond=0) < HOUR + timedelta(minutes=1)


def test_the_event_is_eventbridges(cloud: Cloud, make_function: MakeFunction) -> None:
    rule = schedule(cloud, "rate(5 minutes)", make_function(TELL))
    admit(cloud, rule)
    cloud.clock.advance(timedelta(minutes=6))
    (event,) = got(cloud)
    assert event.pop("id")
    assert event.pop("time")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": cloud.account,
        "region": cloud.region,
        "resources": [rule],
        "detail": {},
    }


def test_a_cron_rule_fires_when_it_says(cloud: Cloud, make_function: MakeFunction) -> None:
    admit(cloud, schedule(cloud, "cron(30 6 * * ? *)", make_function(TELL)))
    cloud.clock.advance(2 * DAY)
    assert [event["time"][10:] for event in got(cloud)] == ["T06:30:00Z"] * 2


def test_its_input_is_given_instead(cloud: Cloud, make_function: MakeFunction) -> None:
    admit(cloud, schedule(cloud, "rate(1 hour)", make_function(TELL), Input='{"task": "discard"}'))
    cloud.clock.advance(HOUR + timedelta(minutes=1))
    assert got(cloud) == [{"task": "discard"}]


def test_the_functions_policy_decides(cloud: Cloud, make_function: MakeFunction) -> None:
    rule = schedule(cloud, "rate(1 hour)", make_function(TELL))
    cloud.clock.advance(2 * HOUR)
    assert got(cloud) == []  # it has no policy at all
    admit(cloud, rule + "-of-another")
    admit(cloud, rule, SourceAccount=cloud.account)
    cloud.clock.advance(2 * HOUR)
    assert got(cloud) == []  # EventBridge tells no account


@pytest.mark.parametrize("operation", ["disable_rule", "delete_rule", "remove_targets"])
def test_it_fires_no_more(cloud: Cloud, make_function: MakeFunction, operation: str) -> None:
    events = cloud.client("events")
    admit(cloud, schedule(cloud, "rate(1 hour)", make_function(TELL)))
    cloud.clock.advance(HOUR + timedelta(minutes=1))
    if operation == "disable_rule":
        events.disable_rule(Name="hourly")
    else:
        events.remove_targets(Rule="hourly", Ids=["function"])
        if operation == "delete_rule":
            events.delete_rule(Name="hourly")
    cloud.clock.advance(DAY)
    assert len(got(cloud)) == 1
    if operation == "disable_rule":
        events.enable_rule(Name="hourly")
        cloud.clock.advance(HOUR + timedelta(minutes=1))
        assert len(got(cloud)) == 2


def test_another_expression_takes_the_place_of_the_first(cloud: Cloud, make_function: MakeFunction) -> None:
    admit(cloud, schedule(cloud, "rate(1 hour)", make_function(TELL)))
    cloud.client("events").put_rule(Name="hourly", ScheduleExpression="rate(1 day)")
    cloud.clock.advance(DAY + timedelta(minutes=1))
    assert len(got(cloud)) == 1


def test_a_failing_function_is_tried_twice_more(cloud: Cloud, make_function: MakeFunction) -> None:
    function = make_function("def handler(event, context): raise ValueError('no')")
    admit(cloud, schedule(cloud, "rate(1 hour)", function))
    cloud.clock.advance(HOUR + timedelta(minutes=30))
    assert sum("START RequestId" in line for line in lines(cloud)) == 3


@pytest.mark.parametrize(
    "expression",
    ["rate(1 hours)", "rate(0 hours)", "rate(2 weeks)", "cron(0 * * * *)", "cron(0 0 1 * MON *)", "hourly"],
)
def test_a_bad_expression_is_refused(cloud: Cloud, expression: str) -> None:
    events = cloud.client("events")
    with pytest.raises(ClientError) as refused:
        events.put_rule(Name="hourly", ScheduleExpression=expression)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Parameter ScheduleExpression is not valid.",
    }
    assert events.list_rules()["Rules"] == []


def test_a_rule_with_targets_cannot_be_deleted(cloud: Cloud, make_function: MakeFunction) -> None:
    schedule(cloud, "rate(1 hour)", make_function(TELL))
    with pytest.raises(ClientError, match=r"Rule can't be deleted since it has targets\."):
        cloud.client("events").delete_rule(Name="hourly")
