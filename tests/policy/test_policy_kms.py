"""What KMS asks before it takes a key policy, the policies that it writes itself, and grants that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.graph import Unknown
from keyturn.policy import BadRequest, Grant, Request, kms

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ADMIN = f"arn:aws:iam::{ACCOUNT}:role/Admin"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/Admin/deploy"
VIA = "secretsmanager.us-east-1.amazonaws.com"
ALL = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def admits(principal: Any, action: Any = "kms:*", **elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"} | elements


@pytest.mark.parametrize(
    ("statements", "caller", "decision"),
    [
        ([admits({"AWS": ACCOUNT})], SESSION, "allowed"),
        ([admits({"AWS": ADMIN})], SESSION, "allowed"),
        ([admits({"AWS": ADMIN}, ["kms:Put*", "kms:Get*"])], SESSION, "allowed"),
        ([admits({"AWS": ADMIN}, "kms:Decrypt")], SESSION, "implicitly_denied"),
        ([admits({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Other"})], SESSION, "implicitly_denied"),
        ([admits({"AWS": "444455556666"})], SESSION, "implicitly_denied"),
        ([admits({"Service": "logs.us-east-1.amazonaws.com"})], SESSION, "implicitly_denied"),
        ([admits({"AWS": ACCOUNT}), admits("*", "kms:PutKeyPolicy", Effect="Deny")], SESSION, "explicitly_denied"),
        ([admits({"AWS": ACCOUNT}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})], SESSION, "implicitly_denied"),
        ([admits({"AWS": Unknown("a parameter without default")})], SESSION, "undecided"),
        # The root user of the account is not let in by a policy that does not name the account.
        ([admits({"AWS": ADMIN})], ACCOUNT, "implicitly_denied"),
    ],
)  # fmt: skip
def test_a_key_policy_must_leave_its_caller_in(statements: list[Any], caller: str, decision: str) -> None:
    assert kms.keeps_administrator(policy(*statements), key=KEY, caller=caller).decision == decision


def test_set_operators_that_admit_too_much_are_refused() -> None:
    pair = "kms:EncryptionContext:aws:logs:arn"
    refused = admits(
        {"AWS": ACCOUNT}, Condition={"ForAllValues:StringLike": {pair: "*", "kms:EncryptionContextKeys": "*"}}
    )
    fine = admits({"AWS": ACCOUNT}, Condition={"StringLike": {pair: "*"}, "ForAnyValue:StringEquals": {pair: "a"}})
    (fault,) = kms.refusals(policy(fine, refused))
    assert fault.place == f"Statement[1].Condition.ForAllValues:StringLike.{pair}"
    assert kms.refusals(policy(fine)) == ()


def test_a_malformed_key_policy_is_refused_with_its_faults() -> None:
    faults = kms.refusals(policy({"Effect": "Allow", "Action": "kms:*", "Resource": "*"}))
    assert [str(fault) for fault in faults] == ["Statement[0]: `Principal` is missing"]


def test_a_key_policy_needs_a_statement_and_each_a_resource() -> None:
    assert [str(fault) for fault in kms.refusals(policy())] == ["Statement: a key policy needs at least one statement"]
    bare = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "kms:*"}
    assert [str(fault) for fault in kms.refusals(policy(admits({"AWS": ACCOUNT}), bare))] == [
        "Statement[1]: `Resource` is missing; in a key policy it is `*`, the key itself"
    ]
    assert kms.refusals(policy(Unknown("a parameter"))) == ()


def test_the_default_key_policy_lets_identity_policies_in() -> None:
    key_policy = kms.default_key_policy(ACCOUNT)
    assert kms.refusals(key_policy) == ()
    asked = Request(SESSION, "kms:Decrypt", KEY)
    assert kms.evaluate(asked, key_policy=key_policy, identity_policies=[ALL]).allowed
    assert not kms.evaluate(asked, key_policy=key_policy).allowed
    assert kms.evaluate(Request(ACCOUNT, "kms:Decrypt", KEY), key_policy=key_policy).allowed
    assert not kms.evaluate(Request(VIA, "kms:Decrypt", KEY), key_policy=key_policy, identity_policies=[ALL]).allowed


@pytest.mark.parametrize(
    ("action", "context", "allowed"),
    [
        ("kms:Decrypt", {"kms:ViaService": VIA}, True),
        ("kms:GenerateDataKey", {"kms:ViaService": VIA}, True),
        ("kms:Decrypt", {}, False),
        ("kms:Decrypt", {"kms:ViaService": "s3.us-east-1.amazonaws.com"}, False),
        ("kms:PutKeyPolicy", {"kms:ViaService": VIA}, False),
    ],
)
def test_the_policy_of_an_aws_managed_key_admits_through_its_service_alone(
    action: str, context: dict[str, str], *, allowed: bool
) -> None:
    key_policy = kms.aws_managed_key_policy(VIA, ACCOUNT)
    assert kms.refusals(key_policy) == ()
    assert kms.evaluate(Request(SESSION, action, KEY, context=context), key_policy=key_policy).allowed is allowed
    stranger = Request("arn:aws:iam::444455556666:role/Admin", action, KEY, context=context)
    assert not kms.evaluate(stranger, key_policy=key_policy, identity_policies=[ALL]).allowed


def test_the_account_sees_an_aws_managed_key_by_its_identity_policies() -> None:
    asked = Request(SESSION, "kms:DescribeKey", KEY)
    key_policy = kms.aws_managed_key_policy(VIA, ACCOUNT)
    assert kms.evaluate(asked, key_policy=key_policy, identity_policies=[ALL]).allowed
    assert not kms.evaluate(asked, key_policy=key_policy).allowed


def test_the_names_of_an_encryption_context_are_told_by_its_pairs_unless_given() -> None:
    condition = {"ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["Project"]}}
    key_policy = policy(admits({"AWS": ADMIN}, Condition=condition))
    pair = {"kms:EncryptionContext:Project": "Alpha"}
    assert kms.evaluate(Request(SESSION, "kms:Encrypt", KEY, context=pair), key_policy=key_policy).allowed
    for given in (
        {"kms:EncryptionContextKeys": ["Project", "Team"], **pair},
        {**pair, "kms:EncryptionContextKeys": ["Project", "Team"]},
    ):
        assert not kms.evaluate(Request(SESSION, "kms:Encrypt", KEY, context=given), key_policy=key_policy).allowed


@pytest.mark.parametrize(
    ("grantee", "operations", "retiring", "told"),
    [
        (ADMIN, {"PutKeyPolicy"}, "", "grant: `PutKeyPolicy` is not an operation that a grant can allow"),
        (ADMIN, {"decrypt"}, "", "grant: `decrypt` is not an operation that a grant can allow"),
        ("*", {"Decrypt"}, "", "grant: `*` cannot hold a grant"),
        ("accounts.google.com", {"Decrypt"}, "", "grant: `accounts.google.com` cannot hold a grant"),
        ("nobody", {"Decrypt"}, "", "principal: `nobody` is not a principal"),
        (ADMIN, {"Decrypt"}, "*", "grant: `*` cannot hold a grant"),
        (ADMIN, {"Decrypt"}, SESSION[:12], "principal: `arn:aws:sts:` is not a principal"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(grantee: str, operations: set[str], retiring: str, told: str) -> None:
    with pytest.raises(BadRequest) as raised:
        Grant(grantee, frozenset(operations), retiring_principal=retiring)
    assert raised.value.message == told


def test_a_grant_has_one_constraint_of_the_encryption_context() -> None:
    with pytest.raises(BadRequest) as raised:
        Grant(ADMIN, frozenset({"Decrypt"}), encryption_context_equals={}, encryption_context_subset={"Team": "blue"})
    assert raised.value.message == "grant: an encryption context is to be equal or a subset, not both"


def test_a_grant_decides_by_name_and_tells_why_it_does_not() -> None:
    nobody = policy(admits({"AWS": "444455556666"}))
    mine = Grant(ADMIN, frozenset({"Decrypt"}), encryption_context_subset={"Team": "blue"}, name="for the team")
    blue = Request(SESSION, "kms:Decrypt", KEY, context={"kms:EncryptionContext:Team": "blue"})
    decision = kms.evaluate(blue, key_policy=nobody, grants=[mine])
    assert decision.allowed
    assert [str(cited) for cited in decision.by] == ["grants, statement `for the team`"]
    red = Request(SESSION, "kms:Decrypt", KEY, context={"kms:EncryptionContext:Team": "red"})
    unmatched = {each.policy: each.element for each in kms.evaluate(red, key_policy=nobody, grants=[mine]).unmatched}
    assert unmatched == {"key_policy": "Principal", "grants": "Constraints"}


def test_an_unknown_value_of_the_encryption_context_leaves_a_grant_undecided() -> None:
    mine = Grant(ADMIN, frozenset({"Decrypt"}), encryption_context_equals={"Team": "blue"})
    unknown = Request(SESSION, "kms:Decrypt", KEY, context={"kms:EncryptionContext:Team": Unknown("a parameter")})
    assert kms.evaluate(unknown, key_policy=policy(), grants=[mine]).decision == "undecided"
    assert kms.evaluate(unknown, key_policy=policy(admits({"AWS": ADMIN})), grants=[mine]).decision == "allowed"


def test_a_source_limits_the_use_of_a_grant_and_not_its_end() -> None:
    source = "arn:aws:lambda:us-east-1:111122223333:function:f"
    mine = Grant("lambda.amazonaws.com", frozenset({"Decrypt", "RetireGrant"}), source_arn=source)

    def decide(action: str, **context: str) -> str:
        request = Request(
            "lambda.amazonaws.com", action, KEY, context={f"aws:{key}": each for key, each in context.items()}
        )
        return kms.evaluate(request, key_policy=policy(), grants=[mine]).decision

    assert decide("kms:Decrypt", SourceArn=source) == "allowed"
    assert decide("kms:Decrypt", SourceArn=f"{source}2") == "implicitly_denied"
    assert decide("kms:Decrypt") == "implicitly_denied"
    assert decide("kms:RetireGrant") == "allowed"
