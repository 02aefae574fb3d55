"""The operator's commands as their user runs them, on the whole stack with a real server."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from datetime import timedelta

import pytest

from clouds import make_role, packed
from deployed import FUNCTION, SECRET, Deployed
from keyturn.local.cloud import Cloud
from processes import eventually
from test_rotation_metrics import metrics

pytestmark = [pytest.mark.timeout(240), pytest.mark.usefixtures("searched")]


def test_a_rotation_shows_its_steps_and_locks_nobody_out(deployed: Deployed) -> None:
    before = deployed.password()
    told = deployed.keyturn("rotate", SECRET)
    assert told.returncode == 0, told.stderr
    assert [line.split()[1] for line in told.stderr.splitlines()] == [
        "createSecret", "setSecret", "testSecret", "finishSecret",
    ]  # fmt: skip
    assert f"{SECRET} is rotated" in told.stdout
    assert deployed.password() != before
    assert deployed.logs_in(before)
    assert deployed.logs_in(deployed.password())

    status = deployed.status()
    assert status["ok"]
    assert [(version["labels"], version["password"]) for version in status["versions"]] == [
        (["AWSCURRENT"], "newest"),
        (["AWSPREVIOUS"], "retained"),
    ]
    assert status["rotation"]["enabled"]
    assert status["rotation"]["unfinished"] is None
    assert status["old_password"]["works"]
    assert 86300 < status["old_password"]["grace_left_seconds"] <= 86401
    text = deployed.keyturn("status", SECRET).stdout
    assert "logs in, as the old password" in text
    assert re.search("the old password works for 2[34] hours more", text)
    assert "✓ nothing is wrong" in text
    assert before not in text


def test_a_leaked_password_is_discarded_at_once(deployed: Deployed) -> None:
    leaked = deployed.password()
    deployed.rotate()
    assert deployed.logs_in(leaked)
    told = deployed.keyturn("discard", SECRET)
    assert (told.returncode, told.stderr) == (0, "")
    assert "does not log in any more" in told.stdout
    assert not deployed.logs_in(leaked)
    assert deployed.logs_in(deployed.password())
    again = deployed.keyturn("discard", SECRET)
    assert again.returncode == 0
    assert "no old password that still works" in again.stdout


@pytest.mark.parametrize(("answer", "discarded"), [("n", False), ("y", True)])
def test_on_a_terminal_a_discard_is_asked_for(deployed: Deployed, answer: str, discarded: bool) -> None:
    deployed.rotate()
    old = deployed.password("AWSPREVIOUS")
    ours, theirs = pty.openpty()
    environment = {**os.environ, **deployed.cloud.environment}
    command = [sys.executable, "-m", "keyturn", "discard", SECRET]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    os.close(theirs)
    os.write(ours, f"{answer}\n".encode())
    output, errors = process.communicate()
    deployed.said.extend((output, errors))
    os.close(ours)
    assert "Discard it? [y/N]" in errors
    assert process.returncode == (0 if discarded else 1)
    assert deployed.logs_in(old) is not discarded
    if not discarded:
        assert "nothing was done" in errors


def test_rolling_back_locks_nobody_out(deployed: Deployed) -> None:
    before = deployed.password()
    deployed.rotate()
    after = deployed.password()
    told = deployed.keyturn("rollback", SECRET)
    assert (told.returncode, told.stderr) == (0, "")
    assert deployed.password() == before
    assert deployed.logs_in(before)
    assert deployed.logs_in(after)
    assert deployed.status()["versions"][0]["password"] == "newest"


def test_a_rotation_that_fails_says_why_and_is_taken_up_again(deployed: Deployed) -> None:
    deployed.as_administrator("ALTER USER 'application'@'%' ACCOUNT LOCK")
    failed = deployed.keyturn("rotate", SECRET)
    assert failed.returncode == 1
    assert (
        "keyturn: error: the rotation failed in setSecret: unsupported: application@% is locked\n" in failed.stderr
    ), failed.stderr
    status = deployed.status()
    assert not status["ok"]
    assert status["last_failure"]["step"] == "setSecret"
    assert "unlock it" in status["last_failure"]["because"]
    assert any("cannot look at the database" in wrong["what"] for wrong in status["wrong"])
    assert status["rotation"]["unfinished"]
    text = deployed.keyturn("status", SECRET)
    assert text.returncode == 1
    assert "✗ the last rotation failed" in text.stdout

    rollback = deployed.keyturn("rollback", SECRET)
    assert rollback.returncode == 1
    assert "rejected: a rotation is under way" in rollback.stderr

    deployed.as_administrator("ALTER USER 'application'@'%' ACCOUNT UNLOCK")
    command = [sys.executable, "-m", "keyturn", "rotate", SECRET]
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **deployed.cloud.environment},
    )
    assert process.stderr
    assert "not complete: Secrets Manager tries it again" in process.stderr.readline()
    deployed.pass_time(timedelta(minutes=2))
    output, errors = process.communicate()
    deployed.said.extend((output, errors))
    assert process.returncode == 0, errors
    assert "is rotated" in output
    assert deployed.logs_in(deployed.password())
    assert deployed.status()["ok"]


def test_a_dropped_user_is_told_and_comes_back_within_the_hour(deployed: Deployed) -> None:
    deployed.as_administrator("DROP USER 'application'@'%'")
    told = deployed.keyturn("status", SECRET)
    assert told.returncode == 1
    assert "✗ the database has no such user" in told.stdout
    deployed.pass_time(timedelta(hours=1, minutes=1))
    assert eventually(lambda: deployed.logs_in(deployed.password()))
    assert deployed.status()["ok"]


def test_a_discard_that_does_not_come_is_overdue(deployed: Deployed) -> None:
    deployed.rotate()
    events = deployed.cloud.client("events")
    rule = events.list_rules()["Rules"][0]["Name"]
    events.disable_rule(Name=rule)
    try:
        deployed.pass_time(timedelta(hours=28))
        told = deployed.keyturn("status", SECRET)
        assert told.returncode == 1
        assert "✗ the old password ought to have been discarded 4 hours ago" in told.stdout or "3 hours" in told.stdout
        assert "keyturn discard" in told.stdout
        assert 3 * 3600 < deployed.status()["old_password"]["overdue_seconds"] < 5 * 3600
    finally:
        events.enable_rule(Name=rule)


def test_what_an_operator_may_not_do_is_said(deployed: Deployed) -> None:
    """By a user who may describe the secret and nothing else."""
    iam = deployed.cloud.client("iam")
    iam.create_user(UserName="onlooker")
    policy = (
        '{"Version": "2012-10-17", "Statement": '
        '{"Effect": "Allow", "Action": "secretsmanager:DescribeSecret", "Resource": "*"}}'
    )
    iam.put_user_policy(UserName="onlooker", PolicyName="look", PolicyDocument=policy)
    key = iam.create_access_key(UserName="onlooker")["AccessKey"]
    credentials = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    for command, action in {
        "status": "lambda:InvokeFunction",
        "rotate": "secretsmanager:RotateSecret",
        "discard": "lambda:InvokeFunction",
    }.items():
        told = deployed.keyturn(command, SECRET, **credentials)
        assert told.returncode == 1, told.stdout
        assert "AWS denies" in told.stderr
        assert action in told.stderr
        assert "Traceback" not in told.stderr
        assert len(told.stderr.splitlines()) == 2
    iam.put_user_policy(UserName="onlooker", PolicyName="look", PolicyDocument=policy.replace("DescribeSecret", "*"))
    told = deployed.keyturn("rotate", SECRET, **credentials)
    assert told.returncode == 1, told.stdout
    assert "lambda:InvokeFunction" in told.stderr


def rotated_by(cloud: Cloud, name: str, code: str, *, timeout: int = 10) -> str:
    """A secret whose rotation function has this code; nothing is rotated yet."""
    functions, manager = cloud.client("lambda"), cloud.client("secretsmanager")
    made = functions.create_function(
        FunctionName=name,
        Role=make_role(cloud, f"{name}-role", ("logs:*", "secretsmanager:*")),
        Code={"ZipFile": packed(code)},
        Runtime="python3.12",
        Handler="index.handler",
        Timeout=timeout,
    )
    functions.add_permission(
        FunctionName=name,
        StatementId="rotation",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    manager.create_secret(Name=name, SecretString="{}")
    manager.rotate_secret(
        SecretId=name,
        RotationLambdaARN=made["FunctionArn"],
        RotationRules={"AutomaticallyAfterDays": 30},
        RotateImmediately=False,
    )
    assert eventually(lambda: "AWSPENDING" not in str(manager.describe_secret(SecretId=name)["VersionIdsToStages"]))
    return name


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("answers-otherwise", "def handler(event, context): return {'status': 'ok'}", "is not keyturn's"),
        ("fails", "def handler(event, context): raise ValueError('hunter2 ' + event['Step'])", "is not keyturn's"),
        ("cannot-be-imported", "import no_such_module", "cannot run: Runtime.ImportModuleError"),
        ("sleeps", "def handler(event, context): __import__('time').sleep(9)", "did not answer within its timeout"),
    ],
)
def test_a_function_that_is_not_ours_is_told_from_ours(standing: Deployed, name: str, code: str, says: str) -> None:
    secret = rotated_by(standing.cloud, name, code, timeout=1 if name == "sleeps" else 10)
    told = standing.keyturn("status", secret)
    assert told.returncode == 1
    assert says in told.stderr
    assert "hunter2" not in told.stderr
    assert "Traceback" not in told.stderr


def test_a_discard_that_was_not_done_is_not_called_done(standing: Deployed) -> None:
    """Between setSecret and finishSecret the retained password is the current one."""
    code = """
    def handler(event, context):
        return {"keyturn": "rotation", "outcome": "nothing", "because": "a rotation is under way", "retained": True}
    """
    told = standing.keyturn("discard", rotated_by(standing.cloud, "under-way", code))
    assert told.returncode == 1
    assert "the old password of under-way was not discarded: a rotation is under way" in told.stderr


def test_any_function_can_be_told_to_rotate(standing: Deployed) -> None:
    code = """
    import boto3
    def handler(event, context):
        manager, secret, token = boto3.client("secretsmanager"), event["SecretId"], event["ClientRequestToken"]
        if event["Step"] == "createSecret":
            manager.put_secret_value(SecretId=secret, ClientRequestToken=token, SecretString="new", VersionStages=["AWSPENDING"])
        if event["Step"] == "finishSecret":
            stages = manager.describe_secret(SecretId=secret)["VersionIdsToStages"]
            current = next(version for version, labels in stages.items() if "AWSCURRENT" in labels)
            manager.update_secret_version_stage(
                SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=token, RemoveFromVersionId=current)
    """
    secret = rotated_by(standing.cloud, "somebody-elses", code)
    told = standing.keyturn("rotate", secret)
    assert told.returncode == 0, told.stderr
    value = standing.cloud.client("secretsmanager").get_secret_value(SecretId=secret)
    assert value["SecretString"] == "new"


def test_a_function_that_dies_ends_the_wait(standing: Deployed) -> None:
    secret = rotated_by(standing.cloud, "dies", "def handler(event, context): raise ValueError('hunter2')")
    told = standing.keyturn("rotate", secret)
    assert told.returncode == 1
    assert "dies ended without a word: it failed" in told.stderr
    assert "hunter2" not in told.stderr


def test_secrets_that_cannot_be_rotated(standing: Deployed) -> None:
    manager = standing.cloud.client("secretsmanager")
    manager.create_secret(Name="plain", SecretString="{}")
    for command in ("status", "rollback"):
        told = standing.keyturn(command, "plain")
        assert told.returncode == 1
        assert "plain has no rotation function" in told.stderr
    managed = next(each["Name"] for each in manager.list_secrets()["SecretList"] if each["Name"].startswith("rds!"))
    told = standing.keyturn("rotate", managed)
    assert told.returncode == 1
    assert f"{managed} is managed by rds, which rotates it itself" in told.stderr
    orphan = rotated_by(standing.cloud, "orphan", "def handler(event, context): pass")
    standing.cloud.client("lambda").delete_function(FunctionName="orphan")
    told = standing.keyturn("status", orphan)
    assert told.returncode == 1
    assert "the rotation function of orphan does not exist" in told.stderr
    manager.cancel_rotate_secret(SecretId=orphan)
    told = standing.keyturn("rotate", orphan)
    assert told.returncode == 1
    assert "the rotation of orphan is switched off" in told.stderr
    manager.delete_secret(SecretId=orphan)
    assert "scheduled for deletion" in standing.keyturn("status", orphan).stderr


def test_a_secret_is_found_by_its_arn_without_a_region(deployed: Deployed) -> None:
    arn = deployed.described["ARN"]
    told = deployed.keyturn("status", arn, AWS_REGION="", AWS_DEFAULT_REGION="")
    assert told.returncode == 0, told.stderr
    other = arn.replace("us-east-1", "eu-west-1")
    told = deployed.keyturn("status", other)
    assert told.returncode == 2
    assert "in eu-west-1" in told.stderr


@pytest.mark.parametrize(
    ("words", "variables", "says"),
    [
        (("status", "no-such-secret"), {}, "there is no secret `no-such-secret` in us-east-1"),
        (("status", ""), {}, "`` is not the name of a secret"),
        (("rotate", "no such secret!"), {}, "no such secret!"),
        (("status", SECRET), {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no AWS credentials"),
        (("status", SECRET), {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "no region to look in"),
        (("status", SECRET, "--profile", "nobody"), {}, "nobody"),
        (("status", SECRET, "--endpoint-url", "nowhere"), {}, "invalid endpoint: nowhere"),
        (("status", SECRET, "--region", "mars 1"), {}, "mars 1"),
    ],
)
def test_misuse_ends_with_two_and_one_line(
    standing: Deployed, words: tuple[str, ...], variables: dict[str, str], says: str
) -> None:
    nothing_else = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    told = standing.keyturn(*words, **nothing_else, **variables)
    assert told.returncode == 2, told.stderr
    assert says in told.stderr
    assert "Traceback" not in told.stderr
    assert told.stderr.startswith("keyturn: error: ")
    assert len(told.stderr.splitlines()) <= 2


def test_an_aws_that_is_not_there(standing: Deployed) -> None:
    told = standing.keyturn("status", SECRET, AWS_ENDPOINT_URL="http://127.0.0.1:9", AWS_MAX_ATTEMPTS="1")
    assert told.returncode == 1
    assert "AWS cannot be reached" in told.stderr
    assert len(told.stderr.splitlines()) == 1


def test_the_stacks_alarms_are_on_what_its_function_writes(deployed: Deployed) -> None:
    """Both as deployed: the alarms as CloudWatch has them, the lines as they stand in the log, of the hourly run too."""
    deployed.pass_time(timedelta(hours=1, minutes=1))
    written: set[tuple[str, str, str]] = set()

    def collect() -> bool:
        lines = [line for line in deployed.rotator.log().lines if '"_aws"' in line]
        for line in lines:
            for (function, *step), values in metrics(json.loads(line)).items():
                written.update((function, name, str(len(step))) for name in values)
        return (FUNCTION, "overdue", "0") in written

    assert eventually(collect)
    alarms = deployed.cloud.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert len(alarms) == 3
    for alarm in alarms:
        assert alarm["Namespace"] == "keyturn"
        assert alarm["Dimensions"] == [{"Name": "function", "Value": FUNCTION}]
        assert (FUNCTION, alarm["MetricName"], "0") in written


def test_nothing_secret_is_in_the_functions_log(deployed: Deployed) -> None:
    lines = "\n".join(deployed.rotator.log().lines)
    assert '"_aws"' in lines
    assert deployed.password() not in lines
