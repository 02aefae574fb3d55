"""`keyturn simulate` as a program meets it: one answer a line, in order, and no line that ends it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyturn.cli.simulate import simulate

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS = "logs.us-east-1.amazonaws.com"
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Account",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": "kms:*",
            "Resource": "*",
        },
        {
            "Sid": "Logs",
            "Effect": "Allow",
            "Principal": {"Service": LOGS},
            "Action": ["kms:Encrypt*", "kms:Dekrypt*"],
            "Resource": "*",
            "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:*"}},
        },
    ],
}


def line(**changes: Any) -> dict[str, Any]:
    context = {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333:log-group:app"}
    request = {"principal": LOGS, "action": "kms:Encrypt", "resource": KEY, "context": context}
    return {"request": request, "resource_policy": KEY_POLICY} | changes


def asked(**changes: Any) -> dict[str, Any]:
    return line(request=line()["request"] | changes)


def answer(case: object) -> dict[str, Any]:
    (told,) = simulate([case if isinstance(case, str) else json.dumps(case)])
    found: dict[str, Any] = json.loads(told)
    return found


def keyturn(*words: str, cwd: Path | None = None, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, "-m", "keyturn", *words], capture_output=True, cwd=cwd, env=environment, input=stdin
    )


def test_an_answer_has_a_decision_the_statements_that_made_it_and_why() -> None:
    assert answer(line()) == {
        "decision": "allowed",
        "by": [{"policy": "resource_policy", "statement": "Logs", "effect": "Allow"}],
        "because": "the resource's policy allows kms:Encrypt",
    }


def test_statements_without_sid_are_cited_by_their_place() -> None:
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    request = {
        "principal": "arn:aws:iam::111122223333:user/ann",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k",
    }
    assert answer({"request": request, "identity_policies": [{"Statement": []}, everything]})["by"] == [
        {"policy": "identity_policies[1]", "statement": 0, "effect": "Allow"}
    ]


@pytest.mark.parametrize(
    "principal",
    [
        {"type": "Anonymous"},
        "444455556666",
        "arn:aws:iam::444455556666:user/ann",
        "accounts.google.com",
        {"type": "Federated", "id": "arn:aws:iam::444455556666:saml-provider/idp"},
        {"Federated": "cognito-identity.amazonaws.com"},
        "lambda.amazonaws.com",
    ],
)
def test_a_principal_of_every_kind_may_ask(principal: object) -> None:
    assert answer(asked(principal=principal))["decision"] == "implicitly_denied"


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ("{", "not JSON: column 2: expecting property name enclosed in double quotes"),
        ("[]", "an object with a `request` is expected"),
        ("null", "an object with a `request` is expected"),
        ("{}", "an object with a `request` is expected"),
        ({"request": "kms:Decrypt"}, "an object with a `request` is expected"),
        ({"request": {"principal": LOGS}}, "request: `action` is missing"),
        ({"request": {"principal": None, "action": "kms:Decrypt"}}, "request: `principal` is missing"),
        ('{"request": {"action": NaN}}', "request.action: not JSON: NaN is not a number"),
        ('{"request": {}, "request": {}}', "`request` is written twice in one object"),
        (
            line(resource_polcy={}),
            (
                "`resource_polcy` is not one of request, resource_policy, session_policy, identity_policies, "
                "permissions_boundaries, endpoint_policies, service_control_policies, resource_control_policies"
            ),
        ),
        (
            asked(who="ann"),
            "request: `who` is not one of principal, action, resource, resource_account, context, wildcard_only",
        ),
        (asked(principal="ann"), "principal: `ann` is not a principal"),
        (asked(principal=7), "principal: not a text and not an object"),
        (asked(principal={"Service": 7}), "principal: an object of type `service` needs one `id`, a text"),
        (asked(principal={"type": ["x"]}), "principal: its type is not a text"),
        (asked(principal="arn:aws:s3:::bucket"), "principal: `arn:aws:s3:::bucket` is not a principal"),
        (
            asked(principal="arn:aws:iam::111122223333:group/x"),
            "principal: `arn:aws:iam::111122223333:group/x` is not the ARN of a principal",
        ),
        (asked(action="Decrypt"), "action: `Decrypt` is not of the form service:Action"),
        (asked(action=["kms:Decrypt"]), "action: `['kms:Decrypt']` is not of the form service:Action"),
        (asked(resource=""), "resource: an ARN or * is expected"),
        (asked(resource=[KEY]), "resource: an ARN or * is expected"),
        (asked(resource_account=111122223333), "resource_account: the account's twelve digits are expected"),
        (asked(resource_account="1111"), "resource_account: the account's twelve digits are expected"),
        (asked(action="kms:De:crypt"), "action: `kms:De:crypt` is not of the form service:Action"),
        (asked(action="kms:*"), "action: `kms:*` is not one action"),
        (asked(wildcard_only="no"), "wildcard_only: true or false is expected"),
        (
            asked(context={"aws:SourceIp": "192.0.2.1", "AWS:sourceip": "192.0.2.2"}),
            "context: `aws:sourceip` is given twice, in different cases",
        ),
        (asked(context=[]), "context: an object of condition keys and values is expected"),
        (
            line(identity_policies=[None]),
            "identity_policies[0]: null is not a policy document; an object with Version and Statement is expected",
        ),
        (asked(context=["a"]), "context: an object of condition keys and values is expected"),
        (line(identity_policies=KEY_POLICY), "identity_policies: a list of policies is expected"),
        (
            line(service_control_policies=[KEY_POLICY]),
            "service_control_policies: a list of levels, each a list of policies, is expected",
        ),
        (
            line(resource_policy={"Statement": {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}}),
            "resource_policy: Statement: `Principal` is missing",
        ),
        (
            line(service_control_policies=[[], ["{"]]),
            "service_control_policies[1][0]: not JSON: column 2: expecting property name enclosed in double quotes",
        ),
    ],
)
def test_what_cannot_be_understood_is_told(case: object, told: str) -> None:
    assert answer(case) == {"error": told}


def test_a_line_that_cannot_be_understood_does_not_keep_the_others_from_an_answer() -> None:
    lines = [json.dumps(line()), "", "?", "   \n", json.dumps(asked(action="kms:Delete"))]
    assert [next(iter(json.loads(told).values())) for told in simulate(lines)] == [
        "allowed",
        "not JSON: column 1: expecting value",
        "implicitly_denied",
    ]


def test_explain_is_for_people() -> None:
    context = {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:111122223333:log-group:app"}
    (told,) = simulate([json.dumps(asked(context=context))], explain=True)
    assert told.splitlines() == [
        (
            "implicitly denied: no statement of the resource's policy allows kms:Encrypt to logs.us-east-1.amazonaws.com; "
            "what the account's own policies allow never applies to a service"
        ),
        (
            "  no match: resource_policy, statement `Account`: Principal does not name logs.us-east-1.amazonaws.com"
        ),
        (
            "  no match: resource_policy, statement `Logs`: ArnLike kms:EncryptionContext:aws:logs:arn "
            "`arn:aws:logs:us-east-1:111122223333:*`: it is `arn:aws:logs:eu-west-1:111122223333:log-group:app`"
        ),
        (
            "  note: resource_policy: Statement[1].Action[1]: `kms:Dekrypt*` is no action of kms; did you mean `kms:Decrypt`?"
        ),
    ]  # fmt: skip


def test_explain_says_who_decided() -> None:
    (told,) = simulate([json.dumps(line())], explain=True)
    assert told.splitlines()[:2] == [
        "allowed: the resource's policy allows kms:Encrypt",
        "  allow: resource_policy, statement `Logs`",
    ]


def test_a_file_is_answered_line_by_line(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(line())}\n{json.dumps(asked(action='kms:Sign'))}\n")
    told = keyturn("simulate", "cases.jsonl", cwd=tmp_path)
    assert [json.loads(each)["decision"] for each in told.stdout.splitlines()] == ["allowed", "implicitly_denied"]
    assert (told.returncode, told.stderr) == (0, b"")


def test_standard_input_may_converse() -> None:
    """An answer comes before the next question is asked."""
    command = [sys.executable, "-m", "keyturn", "simulate", "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for case, decision in [(line(), "allowed"), (asked(action="kms:Sign"), "implicitly_denied")]:
            process.stdin.write(f"{json.dumps(case)}\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["decision"] == decision
        process.stdin.close()
        assert process.wait() == 0


def test_a_line_without_a_decision_ends_with_two() -> None:
    told = keyturn("simulate", "-", stdin=f"?\n{json.dumps(line())}\n".encode())
    assert told.returncode == 2
    assert [next(iter(json.loads(each))) for each in told.stdout.splitlines()] == ["error", "decision"]
    assert told.stderr == b""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("missing.jsonl", b"keyturn: error: missing.jsonl: no such file or directory\n"),
        (".", b"keyturn: error: .: is a directory\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, name: str, told: bytes) -> None:
    found = keyturn("simulate", name, cwd=tmp_path)
    assert (found.returncode, found.stdout, found.stderr) == (2, b"", told)


def test_hostile_lines_are_answered_in_their_places() -> None:
    good = json.dumps(line()).encode()
    number = b'{"request": {"principal": "111122223333", "action": "s3:GetObject", "context": {"aws:MultiFactorAuthAge": %s}}}'
    lines = {
        b"\xef\xbb\xbf" + good: "allowed",
        b'{"request": "caf\xe9"}': "not UTF-8 text: byte 17 of the line is 0xe9",
        good + b"\r": "allowed",
        b"\xa0": "not UTF-8 text: byte 1 of the line is 0xa0",
        b" " * 1_000_000 + good: "allowed",
        b"[" * 100_000: "not JSON: nested too deeply",
        b'{"request":' * 100_000: "not JSON: nested too deeply",
        good.replace(b'"Sid": "Logs"', b'"Sid": "Logs", "Effect": "Deny"'): (
            "resource_policy.Statement[1]: `Effect` is written twice in one object"
        ),
        number % (b"9" * 5000): (
            "request.context.aws:MultiFactorAuthAge: not JSON: one of 5000 digits is not a number"
        ),
        number % b"1e999": "context: aws:MultiFactorAuthAge: the number is too large",
        number % b"-Infinity": "request.context.aws:MultiFactorAuthAge: not JSON: -Infinity is not a number",
        b"\x00": "not JSON: column 1: expecting value",
        good: "allowed",
    }  # fmt: skip
    told = [json.loads(each) for each in simulate(lines)]
    assert [each.get("decision") or each["error"] for each in told] == [*lines.values()]


def test_explain_tells_all_that_is_wrong_with_a_document() -> None:
    (told,) = simulate([json.dumps(line(resource_policy={"Statement": {"Effect": "allow"}}))], explain=True)
    assert told.splitlines() == [
        "error: resource_policy: Statement.Effect: `allow` is not an effect; Allow or Deny is expected",
        "  also: resource_policy: Statement: `Action` is missing",
        "  also: resource_policy: Statement: `Principal` is missing",
    ]


def test_who_reads_no_further_is_told_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(line())}\n" * 2000)
    command = [sys.executable, "-m", "keyturn", "simulate", str(tmp_path / "cases.jsonl")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b'{"decision"')
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["*", "${aws:username}", KEY, LOGS, "Allow", "kms:*", "111122223333", "StringLike"]
)  # fmt: skip
NAMES = st.text(max_size=4) | st.sampled_from(
    ["Version", "Statement", "Effect", "Action", "Principal", "Condition", "type", "AWS", "Service", "kms:ViaService"]
)
DATA = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))
PARTS = ["principal", "action", "resource", "resource_account", "context", "wildcard_only"]
POLICIES = [
    *("identity_policies", "resource_policy", "permissions_boundaries", "session_policy"),
    *("service_control_policies", "resource_control_policies", "endpoint_policies"),
]


@settings(deadline=None)
@given(
    case=DATA,
    part=st.sampled_from(PARTS),
    policies=st.dictionaries(st.sampled_from(POLICIES), DATA),
    explain=st.booleans(),
)
def test_any_json_has_an_answer(case: object, part: str, policies: dict[str, object], *, explain: bool) -> None:
    for given_case in (case, asked(**{part: case}) | policies):
        (told,) = simulate([json.dumps(given_case)], explain=explain)
        if explain:
            assert told.split(":")[0] in ("allowed", "implicitly denied", "explicitly denied", "undecided", "error")
            assert all(each.isprintable() for each in told.split("\n"))
        else:
            assert set(json.loads(told)) in ({"decision", "by", "because"}, {"error"})


@settings(deadline=None)
@given(text=st.text().filter(lambda text: text.strip() != ""))
def test_any_text_has_an_answer(text: str) -> None:
    (told,) = simulate([text])
    assert set(json.loads(told)) == {"error"}
