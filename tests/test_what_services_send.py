"""What a service is documented to send decides: silence for what AWS documents, and nothing told where it hangs on what is not known."""

from __future__ import annotations

from pathlib import Path

import pytest

from keyturn.check import Result, run
from keyturn.checks import every
from keyturn.read import Options, cloudformation

FOLDERS = Path(__file__).parent / "checks"
SCHEDULE = """Parameters: {Group: {Type: String}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          Effect: Allow
          Principal: {Service: scheduler.amazonaws.com}
          Action: sts:AssumeRole
          Condition: {ArnLike: {aws:SourceArn: !Sub "SOURCE"}}
  Queue: {Type: AWS::SQS::Queue}
  Hourly:
    Type: AWS::Scheduler::Schedule
    Properties:
      GroupName: GROUP
      FlexibleTimeWindow: {Mode: "OFF"}
      ScheduleExpression: rate(1 hour)
      Target: {Arn: !GetAtt Queue.Arn, RoleArn: !GetAtt Role.Arn}
"""


def result(text: str, region: str = "us-east-1") -> Result:
    return run(every(), cloudformation.read("template.yaml", Options(region=region), text=text))


def role_of_schedule(source: str, group: str = "default", region: str = "us-east-1") -> tuple[int, list[str]]:
    """How many roles cannot be assumed, and why it is not known."""
    told = result(SCHEDULE.replace("SOURCE", source).replace("GROUP", group), region)
    own = "role-cannot-be-assumed"
    found = [finding for check, finding in told.findings if check.name == own]
    return len(found), [each.because for check, each in told.undecided if check.name == own]


@pytest.mark.parametrize(
    "example", ["role-cannot-be-assumed/good-schedule.yaml", "lambda-permission-missing/good-logs.yaml"]
)
def test_what_aws_documents_is_decided(example: str) -> None:
    assert result((FOLDERS / example).read_text()).undecided == ()


@pytest.mark.parametrize("region", ["us-east-1", "*"])
@pytest.mark.parametrize("group", ["default", "*"])
def test_the_group_of_a_schedule_is_what_its_role_may_ask_for(region: str, group: str) -> None:
    source = f"arn:${{AWS::Partition}}:scheduler:{region}:${{AWS::AccountId}}:schedule-group/{group}"
    assert role_of_schedule(source) == (0, [])


@pytest.mark.parametrize("name", ["schedule/default/hourly", "schedule/default/*", "schedule-group/other"])
def test_neither_a_schedule_nor_another_group_is(name: str) -> None:
    assert role_of_schedule(f"arn:${{AWS::Partition}}:scheduler:*:${{AWS::AccountId}}:{name}") == (1, [])


def test_a_role_for_another_region_is_not_held_against_anybody() -> None:
    source = "arn:aws:scheduler:eu-west-1:${AWS::AccountId}:schedule-group/default"
    found, (why,) = role_of_schedule(source)
    assert (found, why.partition(";")[0]) == (0, "it lets scheduler.amazonaws.com in for eu-west-1")
    assert role_of_schedule(source, region="eu-west-1") == (0, [])
    assert role_of_schedule(source.replace("-group/default", "/default/*"))[0] == 1, "nor would it let it in there"


def test_a_group_that_is_not_known_is_undecided() -> None:
    found, (why,) = role_of_schedule("arn:aws:scheduler:*:${AWS::AccountId}:schedule-group/a", group="!Ref Group")
    assert found == 0
    assert why.endswith("the schedule's group is not known")


def test_of_a_log_group_that_is_not_known_it_is_not_told() -> None:
    text = (FOLDERS / "lambda-permission-missing/good-logs.yaml").read_text()
    unknown = text.replace("LogGroupName: /aws/lambda/other", "LogGroupName: !ImportValue other")
    told = result(unknown)
    assert [check.name for check, _ in told.findings if check.name == "lambda-permission-missing"] == []
    assert [check.name for check, _ in told.undecided] == ["lambda-permission-missing"]
