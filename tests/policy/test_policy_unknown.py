"""What is unknown makes a decision undecided only when it could change whether the request is allowed."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import generated_policies as generate
from keyturn.graph import Unknown
from keyturn.policy import Grant, Request, evaluate, kms
from test_policy_laws import documents, numbered, only_cited, statements

law = settings(max_examples=300, deadline=None)
seeds = st.integers(min_value=0).map(Random)
UNKNOWN = Unknown("a parameter without default")
KEY = "arn:aws:kms:us-east-1:111122223333:key/1"
LOGS = "logs.us-east-1.amazonaws.com"
NOBODY = {"AWS": "999999999999"}
ALLOW_ALL: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ABSENT = object()


def substitutes(element: str, *, names: bool, given: list[Any]) -> list[Any]:
    """Values that together bring about all that any value in this place could."""
    who = {"Principal": "*"} if names else {}
    return {
        "Effect": ["Allow", "Deny"],
        "Action": ["*", "none:None"],
        "NotAction": ["*", "none:None"],
        "Resource": ["*", "arn:aws:none:::none"],
        "NotResource": ["*", "arn:aws:none:::none"],
        "Principal": ["*", NOBODY],
        "Condition": [{}, {"StringEquals": {"test:Absent": "x"}}],
        "value": [*given, "something else"],
        "statement": [ALLOW_ALL | who, ALLOW_ALL | who | {"Effect": "Deny"}, ALLOW_ALL | who | {"Action": "none:None"}],
    }[element]


def places(policies: dict[str, Any], context: dict[str, Any]) -> Iterator[tuple[Any, Any, list[Any]]]:
    """Every place in the policies that may be unknown: container, key, and what could stand there."""
    for kind, document in documents(policies):
        names = kind in ("resource_policy", "resource_control_policies", "endpoint_policies")
        for index, statement in enumerate(statements(document)):
            yield document["Statement"], index, substitutes("statement", names=names, given=[])
            for element in sorted(statement.keys() - {"Sid"}):
                yield statement, element, substitutes(element, names=names, given=[])
            for operator, keys in statement.get("Condition", {}).items():
                for key in keys:
                    asked = context.get(key, ABSENT)
                    if operator == "StringEquals" and isinstance(asked, str | type(ABSENT)):
                        yield keys, key, substitutes("value", names=names, given=[] if asked is ABSENT else [asked])


@pytest.mark.parametrize(("effect", "decision"), [("Allow", "allowed"), ("Deny", "explicitly_denied")])
def test_a_statement_of_which_a_part_is_unknown_decides_by_what_is_known(effect: str, decision: str) -> None:
    statement = {
        "Sid": "known",
        "Effect": effect,
        "Principal": {"AWS": ["111122223333", UNKNOWN]},
        "Action": "*",
        "Resource": "*",
    }
    allow_all = {"Version": "2012-10-17", "Statement": ALLOW_ALL}
    found = kms.evaluate(
        Request("arn:aws:iam::111122223333:role/app", "kms:Decrypt", KEY),
        key_policy={"Version": "2012-10-17", "Statement": statement},
        identity_policies=[allow_all],
    )
    assert found.decision == decision
    assert "known" in [cited.statement for cited in found.by]


@law
@given(seeds)
def test_what_is_said_to_have_decided_is_known_to_decide(random: Random) -> None:
    policies, request = numbered(generate.policies(random)), generate.request(random)
    found = [place for place in places(policies, request["context"]) if isinstance(place[1], str)]
    for container, key, _ in random.sample(found, min(3, len(found))):
        if key in container:
            container[key] = UNKNOWN
    decision = evaluate(Request(**request), **policies)
    if decision.decision in ("allowed", "explicitly_denied"):
        left = evaluate(Request(**request), **only_cited(policies, decision))
        assert left.decision == decision.decision


@law
@given(seeds)
def test_one_unknown_value_is_undecided_just_when_its_values_disagree(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    # What resource control policies allow depends on which of them allow at all; see test_policy_laws.
    policies["resource_control_policies"] = []
    asked = Request(**request)
    found = list(places(policies, request["context"]))
    if not found:
        return
    container, key, values = random.choice(found)
    outcomes = set()
    for value in values:
        container[key] = copy.deepcopy(value)
        outcomes.add(evaluate(asked, **policies).decision)
    container[key] = UNKNOWN
    decision = evaluate(asked, **policies)
    if decision.decision == "undecided":
        assert "allowed" in outcomes
        assert len(outcomes) > 1
        assert decision.by
        assert "a parameter without default" in decision.because
    elif decision.allowed:
        assert outcomes == {"allowed"}
    else:
        assert "allowed" not in outcomes
        assert decision.decision == "implicitly_denied" or outcomes == {"explicitly_denied"}


@law
@given(seeds)
def test_many_unknown_values_never_mislead(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    policies["resource_control_policies"] = []
    asked = Request(**request)
    truth = evaluate(asked, **policies).decision
    for container, key, _ in list(places(policies, request["context"])):
        if random.random() < 0.2:
            container[key] = UNKNOWN
    assert (
        evaluate(asked, **policies).decision
        in {
            "allowed": ("allowed", "undecided"),
            "implicitly_denied": ("implicitly_denied", "undecided"),
            "explicitly_denied": ("explicitly_denied", "implicitly_denied", "undecided"),
        }[truth]
    )


@law
@given(seeds)
def test_an_unknown_value_in_the_request_never_misleads(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    truth = evaluate(Request(**request), **policies).decision
    known = request["context"]
    request["context"] = {
        key: UNKNOWN if isinstance(value, str) and random.random() < 0.5 else value for key, value in known.items()
    }
    answer = evaluate(Request(**request), **policies).decision
    assert answer in (truth, "undecided") or (truth == "explicitly_denied" and answer == "implicitly_denied")


def policy(*held: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": held}


@pytest.mark.parametrize(
    ("key_policy", "decision"),
    [
        (UNKNOWN, "undecided"),
        (policy(UNKNOWN), "undecided"),
        ({"Version": "2012-10-17", "Statement": UNKNOWN}, "undecided"),
        (policy(ALLOW_ALL | {"Principal": UNKNOWN}), "undecided"),
        (policy(ALLOW_ALL | {"Principal": {"Service": UNKNOWN}}), "undecided"),
        (policy(ALLOW_ALL | {"Principal": {"Service": [UNKNOWN, LOGS]}}), "allowed"),
        (policy(ALLOW_ALL | {"Principal": {"Service": LOGS}, "Action": UNKNOWN}), "undecided"),
        (policy(ALLOW_ALL | {"Principal": {"Service": LOGS}, "Action": [UNKNOWN, "kms:*"]}), "allowed"),
        (policy(ALLOW_ALL | {"Principal": {"Service": LOGS}, "Condition": {"StringEquals": UNKNOWN}}), "undecided"),
        (
            policy(
                ALLOW_ALL | {"Principal": {"Service": LOGS}, "Condition": {"StringEquals": {"aws:SourceArn": UNKNOWN}}}
            ),
            "implicitly_denied",
        ),
        (
            policy(
                ALLOW_ALL | {"Principal": {"AWS": "*"}, "Condition": {"StringEquals": {"aws:SourceArn": UNKNOWN}}},
                ALLOW_ALL | {"Principal": "*"},
            ),
            "allowed",
        ),
        (policy(ALLOW_ALL | {"Principal": {"Service": "s3.amazonaws.com"}, "Condition": UNKNOWN}), "implicitly_denied"),
        (
            policy(
                ALLOW_ALL | {"Principal": "*"}, ALLOW_ALL | {"Effect": "Deny", "Principal": "*", "Condition": UNKNOWN}
            ),
            "undecided",
        ),
        (policy(ALLOW_ALL | {"Effect": "Deny", "Principal": "*", "Condition": UNKNOWN}), "implicitly_denied"),
        (policy(UNKNOWN, ALLOW_ALL | {"Effect": "Deny", "Principal": "*"}), "explicitly_denied"),
        (policy(ALLOW_ALL | {"Principal": "*", "Effect": UNKNOWN}), "undecided"),
    ],
)
def test_an_unknown_part_of_a_key_policy(key_policy: Any, decision: str) -> None:
    assert kms.evaluate(Request(LOGS, "kms:Encrypt", KEY), key_policy=key_policy).decision == decision


def test_an_unknown_value_is_still_a_value() -> None:
    request = Request(LOGS, "kms:Encrypt", KEY, context={"aws:SourceArn": UNKNOWN})
    for condition, decision in [
        ({"Null": {"aws:SourceArn": "false"}}, "allowed"),
        ({"Null": {"aws:SourceArn": "true"}}, "implicitly_denied"),
        ({"StringLike": {"aws:SourceArn": "*"}}, "allowed"),
        ({"StringNotLike": {"aws:SourceArn": ["a", "*"]}}, "implicitly_denied"),
        ({"StringEquals": {"aws:SourceArn": "arn:aws:s3:::b"}}, "undecided"),
        ({"StringEquals": {"aws:SourceArn": []}}, "implicitly_denied"),
    ]:
        statement = ALLOW_ALL | {"Principal": {"Service": LOGS}, "Condition": condition}
        assert kms.evaluate(request, key_policy=policy(statement)).decision == decision, condition


def test_a_grant_is_undecided_by_an_unknown_encryption_context() -> None:
    grant = Grant(LOGS, frozenset({"Decrypt"}), encryption_context_subset={"app": "a"})
    request = Request(LOGS, "kms:Decrypt", KEY, context={"kms:EncryptionContext:app": UNKNOWN})
    assert kms.evaluate(request, key_policy=policy(), grants=[grant]).decision == "undecided"
