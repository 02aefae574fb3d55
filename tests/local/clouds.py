"""A cloud of one's own for each test, and functions in it."""

from __future__ import annotations

import io
import json
import textwrap
import uuid
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from botocore.exceptions import ClientError

from keyturn.local.cloud import Cloud

LAMBDA_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ],
}

MakeFunction: TypeAlias = Callable[..., str]


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with Cloud.start(tmp_path / "cloud") as started:
        yield started


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One for all tests of a module, which call what they make by names of their own. Users and roles are held to their policies."""
    with Cloud.start(tmp_path_factory.mktemp("shared") / "cloud", enforce_iam=True) as started:
        yield started


@pytest.fixture
def name() -> str:
    """Of something that no other test has."""
    return f"named-{uuid.uuid4().hex}"


def refusal(call: Any, /, **parameters: Any) -> tuple[str, str]:
    """Code and text of the error that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def packed(code: str, name: str = "index.py") -> bytes:
    """A function's package with one file in it."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr(name, textwrap.dedent(code))
    return archive.getvalue()


def allow(cloud: Cloud, role: str, actions: Sequence[str], resource: str | Sequence[str] = "*") -> None:
    """Let a role do this, and nothing else."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    cloud.client("iam").put_role_policy(RoleName=role, PolicyName="all", PolicyDocument=json.dumps(document))


def make_role(cloud: Cloud, name: str, actions: Sequence[str], trust: Any = LAMBDA_TRUST) -> str:
    """A role that may do this on everything; its ARN."""
    made = cloud.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    if actions:
        allow(cloud, name, actions)
    arn: str = made["Role"]["Arn"]
    return arn


@pytest.fixture
def make_function(cloud: Cloud) -> MakeFunction:
    """Makes a function from the code of `index.py`, with a role `{name}-role` of its own; gives its ARN."""

    def make(
        code: str, *, name: str = "tested", actions: Sequence[str] = ("logs:*", "secretsmanager:*"), **settings: Any
    ) -> str:
        role = settings.pop("Role", None) or make_role(cloud, f"{name}-role", actions)
        made = cloud.client("lambda").create_function(
            FunctionName=name,
            Role=role,
            Code={"ZipFile": packed(code)},
            **{"Runtime": "python3.12", "Handler": "index.handler", "Timeout": 10, **settings},
        )
        arn: str = made["FunctionArn"]
        return arn

    return make


def lines(cloud: Cloud, function: str = "tested") -> list[str]:
    """What stands in a function's log group."""
    events = cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function}")["events"]
    return [event["message"] for event in events]
