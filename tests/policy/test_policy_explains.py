"""Why: what decisions say of themselves, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from keyturn.graph import Unknown
from keyturn.policy import Request, evaluate, kms

ANN = "arn:aws:iam::111122223333:user/ann"
APP = "arn:aws:sts::111122223333:assumed-role/app/s"
FAR = "arn:aws:iam::444455556666:user/eve"
LAMBDA = "lambda.amazonaws.com"
OBJECT = "arn:aws:s3:::bucket/key"
KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
ROLE = "arn:aws:iam::111122223333:role/app"
UNKNOWN = Unknown("a parameter without default")


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(**elements: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    return {name: value for name, value in statement.items() if f"Not{name}" not in elements} | elements


ALL = policy(allow())
EVERYBODY = policy(allow(Principal="*"))
NOTHING = policy(allow(Action="none:None"))
ask = Request(ANN, "s3:GetObject", OBJECT, resource_account="111122223333")


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ({"Action": "s3:PutObject"}, "Action does not name s3:GetObject"),
        ({"NotAction": "s3:Get*"}, "NotAction names s3:GetObject"),
        ({"Resource": "arn:aws:s3:::other/*"}, f"Resource does not name {OBJECT}"),
        ({"NotResource": "arn:aws:s3:::bucket/*"}, f"NotResource names {OBJECT}"),
        ({"Action": "s3:PutObject", "Resource": "arn:aws:s3:::other/*"}, "Action does not name s3:GetObject"),
        (
            {"Condition": {"StringEquals": {"aws:PrincipalTag/team": ["blue", "green"]}}},
            "StringEquals aws:PrincipalTag/team `blue`, `green`: it is not in the request",
        ),
        ({"Condition": {"StringEqualsIfExists": {"test:one": "b"}}}, "StringEqualsIfExists test:one `b`: it is `a`"),
        ({"Condition": {"Null": {"test:one": "true"}}}, "Null test:one `true`: it is `a`"),
        ({"Condition": {"Bool": {"test:flag": "false"}}}, "Bool test:flag `false`: it is `true`"),
        (
            {"Condition": {"StringEquals": {"test:two": "a"}}},
            "StringEquals test:two `a`: it is `a`, `b`, and several values need ForAllValues or ForAnyValue",
        ),
        ({"Condition": {"ForAllValues:StringEquals": {"test:two": "a"}}}, "ForAllValues:StringEquals test:two `a`: it is `a`, `b`"),
        ({"Condition": {"StringLike": {"test:one": "${aws:username}-*"}}}, "StringLike test:one `${aws:username}-*`: it is `a`"),
        ({"Condition": {"StringEquals": {"test:one": []}}}, "StringEquals test:one nothing: it is `a`"),
        ({"Condition": {"StringEquals": {"test:one": "a", "aws:username": "bob"}}}, "StringEquals aws:username `bob`: it is `ann`"),
    ],
)  # fmt: skip
def test_the_first_element_that_failed(statement: dict[str, Any], because: str) -> None:
    context = {"test:one": "a", "test:two": ["a", "b"], "test:flag": True}
    request = Request(ANN, "s3:GetObject", OBJECT, resource_account="111122223333", context=context)
    decision = evaluate(request, identity_policies=[policy(allow(**statement))])
    assert [each.because for each in decision.unmatched] == [because]


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ({"Principal": {"AWS": FAR}}, f"Principal does not name {ANN}"),
        ({"Principal": {"Service": LAMBDA}}, f"Principal does not name {ANN}"),
        ({"NotPrincipal": {"AWS": ANN}}, f"NotPrincipal names {ANN}"),
    ],
)
def test_a_principal_that_failed(statement: dict[str, Any], because: str) -> None:
    decision = evaluate(ask, resource_policy=policy(allow(**statement)))
    assert [str(each) for each in decision.unmatched] == [f"resource_policy, statement 0: {because}"]


@pytest.mark.parametrize(
    ("request_", "policies", "because"),
    [
        (ask, {}, f"no statement of an identity policy allows s3:GetObject to {ANN}"),
        (ask, {"identity_policies": [ALL]}, f"{ANN} is allowed s3:GetObject by its own policies"),
        (ask, {"resource_policy": EVERYBODY}, f"the resource's policy allows s3:GetObject to {ANN} itself"),
        (
            ask,
            {"identity_policies": [ALL], "resource_policy": policy(allow(Effect="Deny", Principal="*"))},
            "a statement denies s3:GetObject, and nothing outweighs a Deny",
        ),
        (
            ask,
            {"identity_policies": [ALL], "permissions_boundaries": [NOTHING]},
            "no statement of the permissions boundary allows s3:GetObject",
        ),
        (
            ask,
            {"identity_policies": [ALL], "session_policy": NOTHING},
            "no statement of the session policy allows s3:GetObject",
        ),
        (
            ask,
            {"identity_policies": [ALL], "service_control_policies": [[ALL], [NOTHING]]},
            "no statement of service_control_policies[1] allows s3:GetObject",
        ),
        (
            ask,
            {"identity_policies": [ALL], "resource_control_policies": [[policy(allow(Principal="*", Action="none:None"))]]},
            "no statement of resource_control_policies[0] allows s3:GetObject",
        ),
        (
            ask,
            {"identity_policies": [ALL], "endpoint_policies": [policy(allow(Principal="*", Action="none:None"))]},
            "no statement of the endpoint's policies allows s3:GetObject",
        ),
        (
            Request(FAR, "s3:GetObject", OBJECT, resource_account="111122223333"),
            {"identity_policies": [ALL]},
            f"no statement of the resource's policy allows s3:GetObject to {FAR}, which is of another account",
        ),
        (
            Request(FAR, "s3:GetObject", OBJECT, resource_account="111122223333"),
            {"identity_policies": [ALL], "resource_policy": EVERYBODY},
            f"the resource's policy allows s3:GetObject, and so do the policies of {FAR}",
        ),
        (
            Request(LAMBDA, "s3:GetObject", OBJECT),
            {"identity_policies": [ALL]},
            (
                "no statement of the resource's policy allows s3:GetObject to lambda.amazonaws.com; what the account's own "
                "policies allow never applies to a service"
            ),
        ),
        (
            Request({"type": "Anonymous"}, "s3:GetObject", OBJECT),
            {},
            "no statement of the resource's policy allows s3:GetObject to an anonymous caller",
        ),
        (
            Request(APP, "kms:Decrypt", KEY),
            {"identity_policies": [ALL]},
            "a key is governed by its own policy, and none is given",
        ),
        (
            Request(APP, "kms:Decrypt", KEY),
            {"identity_policies": [ALL], "resource_policy": policy(allow(Principal={"AWS": FAR}))},
            f"no statement of the key's own policy allows kms:Decrypt to {APP} or to its account",
        ),
        (
            Request(APP, "kms:Decrypt", KEY),
            {"identity_policies": [ALL], "resource_policy": kms.default_key_policy("111122223333")},
            f"{APP} is allowed kms:Decrypt by its own policies, to which the resource's leaves it",
        ),
        (
            Request(ANN, "sts:AssumeRole", ROLE),
            {"identity_policies": [ALL]},
            "a role is governed by its own policy, and none is given",
        ),
        (
            Request(FAR, "kms:PutKeyPolicy", KEY),
            {"identity_policies": [ALL], "resource_policy": EVERYBODY},
            "kms:PutKeyPolicy cannot be used on a key of another account",
        ),
        (
            Request(ANN, "kms:CreateAlias", "arn:aws:kms:us-east-1:111122223333:alias/aws/rds"),
            {"identity_policies": [ALL]},
            "aliases that begin with aws/ are AWS's own",
        ),
        (
            Request("111122223333", "s3:GetObject", OBJECT, resource_account="111122223333"),
            {},
            "arn:aws:iam::111122223333:root owns the account, and needs no policy for s3:GetObject",
        ),
        (Request(ANN, "sts:GetCallerIdentity"), {}, "sts:GetCallerIdentity needs no permission"),
        (
            Request("arn:aws:sts::111122223333:federated-user/ann", "s3:GetObject", OBJECT),
            {"identity_policies": [ALL]},
            "a federated user session has no permissions without a session policy",
        ),
    ],
)  # fmt: skip
def test_why(request_: Request, policies: dict[str, Any], because: str) -> None:
    assert evaluate(request_, **policies).because == because


def test_undecided_names_what_it_depends_on() -> None:
    maybe_allowed = allow(Sid="maybe", Condition={"StringEquals": {"aws:PrincipalTag/team": UNKNOWN}})
    request = Request(
        ANN, "s3:GetObject", OBJECT, resource_account="111122223333", context={"aws:PrincipalTag/team": "blue"}
    )
    decision = evaluate(request, identity_policies=[policy(allow(Action="sqs:*"), maybe_allowed)])
    assert decision.decision == "undecided"
    assert decision.because == "it depends on identity_policies[0], statement `maybe`: a parameter without default"
    assert [cited.statement for cited in decision.by] == ["maybe"]


def test_undecided_does_not_name_what_would_not_help() -> None:
    """It is allowed for certain, unless it is denied: what more might allow it is beside the point."""
    statements = [allow(Sid="yes"), allow(Sid="more", Action=UNKNOWN), allow(Sid="no", Effect="Deny", Resource=UNKNOWN)]
    decision = evaluate(ask, identity_policies=[policy(*statements)])
    assert decision.decision == "undecided"
    assert [(cited.statement, cited.effect) for cited in decision.by] == [("no", "Deny")]


def test_undecided_names_all_that_must_turn_out_well() -> None:
    statements = [allow(Sid="more", Action=UNKNOWN), allow(Sid="no", Effect="Deny", Resource=UNKNOWN)]
    decision = evaluate(ask, identity_policies=[policy(*statements)])
    assert decision.decision == "undecided"
    assert [cited.statement for cited in decision.by] == ["more", "no"]


def test_a_statement_of_unknown_effect_is_cited_as_such() -> None:
    decision = evaluate(ask, identity_policies=[policy(allow(Effect=UNKNOWN))])
    assert [(cited.statement, cited.effect) for cited in decision.by] == [(0, "unknown")]


def test_what_cannot_be_printed_is_told_by_its_code() -> None:
    decision = evaluate(
        Request(ANN, "s3:Get\n\x1b[31mObject", OBJECT), identity_policies=[policy(allow(Action="s3:PutObject"))]
    )
    assert "\\n\\x1b[31m" in decision.because
    assert all(str(each).isprintable() for each in (decision.because, *decision.unmatched))
