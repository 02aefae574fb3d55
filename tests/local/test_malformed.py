"""Requests that no client of AWS's would send: refused in AWS's shape, without a traceback, and the cloud goes on."""

from __future__ import annotations

import http.client
import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from keyturn.local.call import Answer
from keyturn.local.cloud import Cloud
from keyturn.local.protocol import error_of

Ask = Callable[..., tuple[int, str, str]]

JSON = {"Content-Type": "application/x-amz-json-1.1"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET = "never to be told"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud.start(tmp_path_factory.mktemp("malformed") / "cloud") as started:
        yield started


@pytest.fixture
def ask(shared: Cloud, caplog: pytest.LogCaptureFixture) -> Iterator[Ask]:
    """Sends a request; gives status, code and text of what is refused."""

    def send(body: bytes, service: str = "", target: str = "", path: str = "/", **headers: str) -> tuple[int, str, str]:
        kind = {**JSON, "X-Amz-Target": target} if target else FORM
        signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=A/20261128/us-east-1/{service}/aws4_request"}
        connection = http.client.HTTPConnection(shared.endpoint.removeprefix("http://"))
        connection.request("POST", path, body, {**kind, **(signed if service else {}), **headers})
        answer = connection.getresponse()
        told = Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        connection.close()
        return (told.status, *error_of(told))

    with caplog.at_level(logging.ERROR):
        yield send
    assert [record for record in caplog.records if record.name.startswith("keyturn")] == [], "it was a fault of ours"
    assert shared.client("secretsmanager").list_secrets()["SecretList"] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{none", "SerializationException"),
        (b"null", "SerializationException"),
        (b"[1, 2]", "SerializationException"),
        (b"[" * 100_000, "SerializationException"),
        (b"\xff\xfe", "SerializationException"),
        (b"", "ValidationException"),
        (b'{"SecretId": 5}', "ValidationException"),
        (b'{"SecretId": {"a": 1}}', "ValidationException"),
        (b'{"SecretId": "\\ud800"}', "ValidationException"),
    ],
)
def test_json_that_is_none_or_another(ask: Ask, body: bytes, code: str) -> None:
    status, told, text = ask(body, "secretsmanager", "secretsmanager.GetSecretValue")
    assert (status, told) == (400, code)
    assert text


def test_what_is_missing_is_named(ask: Ask) -> None:
    _, _, text = ask(b"{}", "secretsmanager", "secretsmanager.GetSecretValue")
    assert text == (
        "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null"
    )


@pytest.mark.parametrize("value", [[SECRET], {SECRET: SECRET}])
def test_a_secret_in_the_wrong_place_is_not_repeated(shared: Cloud, ask: Ask, value: Any) -> None:
    body = json.dumps({"Name": "one", "SecretString": value}).encode()
    status, _, text = ask(body, "secretsmanager", "secretsmanager.CreateSecret")
    assert status == 400
    assert SECRET not in text
    assert SECRET not in str([*shared.requests])


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("ListSecrets", b'{"NextToken": "none"}'),
        ("BatchGetSecretValue", b'{"NextToken": "-1", "Filters": [{"Key": "name", "Values": ["a"]}]}'),
    ],
)
def test_a_page_that_there_is_not(ask: Ask, operation: str, body: bytes) -> None:
    assert ask(body, "secretsmanager", f"secretsmanager.{operation}")[:2] == (400, "InvalidNextTokenException")


@pytest.mark.parametrize(
    ("body", "service", "target", "status", "code"),
    [
        (b"{}", "logs", "Logs_20140328.Nothing", 501, "NotImplemented"),
        (b"Action=Nothing&Version=2014-10-31", "rds", "", 400, "InvalidAction"),
        (b"Action=CreateDBCluster&Version=2014-10-31", "rds", "", 400, "ValidationError"),
        (b"Action=CreateDBCluster&Version=2014-10-31&Port=abc", "rds", "", 400, "SerializationException"),
        (b'{"KeyId": ["x"]}', "kms", "TrentService.DescribeKey", 400, "ValidationException"),
        (b'{"Entries": "x"}', "events", "AWSEvents.PutEvents", 400, "SerializationException"),
        (b"{}", "nothing", "Nothing.Nothing", 501, "NotImplemented"),
        (b"Action=ListUsers&Version=2010-05-08", "", "", 403, "MissingAuthenticationToken"),
    ],
)  # fmt: skip
def test_services_and_operations(ask: Ask, body: bytes, service: str, target: str, status: int, code: str) -> None:
    assert ask(body, service, target)[:2] == (status, code)


@pytest.mark.parametrize(
    "authorization", ["AWS4-HMAC-SHA256 Credential=a/b", "AWS4-HMAC-SHA256 Credential=A/1/r/../../e"]
)
def test_a_signature_that_is_none(ask: Ask, authorization: str) -> None:
    assert ask(b"", Authorization=authorization)[:2] == (400, "IncompleteSignature")


def test_a_function_from_what_is_no_json(ask: Ask) -> None:
    assert ask(b"{", "lambda", path="/2015-03-31/functions", **{"Content-Type": "application/json"})[0] == 400


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest", "https://example.com/", "file:///etc/passwd", "http://[", "s3://b/k"]
)
def test_a_template_from_elsewhere_is_not_fetched(ask: Ask, url: str) -> None:
    body = f"Action=CreateStack&Version=2010-05-15&StackName=one&TemplateURL={url}".encode()
    assert ask(body, "cloudformation")[:2] == (400, "ValidationError")


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: abc\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-1\r\n",
    ],
)
def test_a_length_that_is_none(shared: Cloud, headers: bytes) -> None:
    host, port = shared.endpoint.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + headers)
        assert connection.makefile("rb").read().startswith(b"HTTP/1.1 400 ")


def test_a_path_that_leads_out_leads_nowhere(shared: Cloud, tmp_path: Path) -> None:
    connection = http.client.HTTPConnection(shared.endpoint.removeprefix("http://"))
    for path in ("/_keyturn/../../cloud.py", "/_keyturn/%2e%2e/status.py", "/_keyturn/explain/../../graph"):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Content-Type")) == (404, "application/json")
        answer.read()
    connection.close()
