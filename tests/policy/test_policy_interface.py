"""What checks, the local AWS and the command line rely on."""

from __future__ import annotations

import pytest

from keyturn.graph import Unknown
from keyturn.policy import Malformed, Request, evaluate, kms

KEY = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LOGS = "logs.us-east-1.amazonaws.com"
GROUP = "arn:aws:logs:us-east-1:111122223333:log-group:app"
ROOT = {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}
ADMITS_LOGS = {
    "Sid": "Logs",
    "Effect": "Allow",
    "Principal": {"Service": LOGS},
    "Action": ["kms:Encrypt*", "kms:Decrypt*"],
    "Resource": "*",
    "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": GROUP}},
}


def policy(*statements: object) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": statements}


def test_a_service_needs_its_own_statement() -> None:
    request = Request(LOGS, "kms:Encrypt", KEY, context={"kms:EncryptionContext:aws:logs:arn": GROUP})
    assert kms.evaluate(request, key_policy=policy(ROOT)).decision == "implicitly_denied"
    decision = kms.evaluate(request, key_policy=policy(ROOT, ADMITS_LOGS))
    assert decision.allowed
    assert [cited.statement for cited in decision.by] == ["Logs"]
    assert [unmatched.element for unmatched in decision.unmatched] == ["Principal"]


def test_an_unknown_value_makes_it_undecided_only_when_it_matters() -> None:
    someone = {**ADMITS_LOGS, "Principal": {"Service": Unknown("a parameter without default")}}
    request = Request(LOGS, "kms:Encrypt", KEY, context={"kms:EncryptionContext:aws:logs:arn": GROUP})
    assert kms.evaluate(request, key_policy=policy(someone)).decision == "undecided"
    assert kms.evaluate(request, key_policy=policy(someone, ADMITS_LOGS)).decision == "allowed"


def test_a_malformed_policy_is_refused_with_every_fault() -> None:
    with pytest.raises(Malformed) as raised:
        evaluate(
            Request(LOGS, "kms:Encrypt", KEY), resource_policy={"Statement": [{"Effect": "allow", "Action": "kms"}]}
        )
    assert [fault.place for fault in raised.value.faults] == [
        "Statement[0].Effect",
        "Statement[0]",
        "Statement[0].Action",
    ]
