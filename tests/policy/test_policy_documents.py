"""Malformed documents: every fault with its place and what was expected; never a traceback, never a silent skip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.iam.aws_managed_policies import aws_managed_policies_data

from keyturn.graph import Text, Unknown
from keyturn.policy import (
    BadRequest,
    Document,
    Faults,
    Malformed,
    Request,
    Sort,
    evaluate,
    kms,
    parse,
    read,
    unknown_actions,
)

FAULTS = yaml.safe_load((Path(__file__).parent / "vectors" / "faults.yaml").read_text())
GOOD: dict[str, Any] = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}
NAMED = GOOD | {"Principal": "*"}


def without(statement: dict[str, Any], *elements: str) -> dict[str, Any]:
    return {name: value for name, value in statement.items() if name not in elements}


def told(data: object, sort: Sort | None = Sort.IDENTITY) -> list[str]:
    found = parse(data, sort)
    return [str(fault) for fault in found] if isinstance(found, Faults) else []


@pytest.mark.parametrize("case", FAULTS["documents"], ids=str)
def test_the_document(case: dict[str, Any]) -> None:
    assert told(case["given"]) == case["faults"]


@pytest.mark.parametrize("case", FAULTS["statements"], ids=str)
def test_a_statement(case: dict[str, Any]) -> None:
    assert told({"Version": "2012-10-17", "Statement": [case["given"]]}) == case["faults"]


@pytest.mark.parametrize("case", FAULTS["principals"], ids=str)
def test_a_principal(case: dict[str, Any]) -> None:
    for element in ("Principal", "NotPrincipal"):
        expected = [fault.replace("].Principal", f"].{element}") for fault in case["faults"]]
        assert told({"Statement": [GOOD | {element: case["given"]}]}, Sort.RESOURCE) == expected


def test_what_a_policy_is_attached_to_decides_what_it_has() -> None:
    assert told({"Statement": [GOOD]}, Sort.RESOURCE) == ["Statement[0]: `Principal` is missing"]
    assert told({"Statement": [without(NAMED, "Resource")]}, Sort.RESOURCE) == [], "a trust policy has no Resource"
    assert told({"Statement": [GOOD | {"Sid": "a"}, GOOD | {"Sid": "a"}]}) == [
        "Statement: two statements have the Sid `a`; it must be unique in a document"
    ]
    assert told({"Statement": [NAMED | {"Sid": "a"}, NAMED | {"Sid": "a"}]}, Sort.RESOURCE) == []
    whole = "is not a whole ARN; a session policy needs all six parts"
    assert told({"Statement": [GOOD | {"Resource": "arn:aws:sqs"}]}, Sort.SESSION) == [
        f"Statement[0].Resource: `arn:aws:sqs` {whole}"
    ]
    assert told({"Statement": [GOOD | {"Resource": "arn:aws:sqs"}]}, Sort.IDENTITY) == []
    assert told({"Statement": [GOOD, NAMED]}, None) == [], "either sort, when it is not said"


@pytest.mark.parametrize("case", FAULTS["texts"], ids=str)
def test_a_text(case: dict[str, Any]) -> None:
    assert told(case["given"]) == case["faults"]


def test_a_text_that_is_nested_without_end() -> None:
    assert told("[" * 100_000) == ["not JSON: nested too deeply"]


def test_a_text_is_read_like_data() -> None:
    data = {
        "Version": "2012-10-17",
        "Id": "x",
        "Statement": [GOOD | {"Condition": {"Bool": {"aws:SecureTransport": True}}}],
    }
    for form in (data, json.dumps(data), json.dumps(data, indent=2)):
        document = read(form)
        assert isinstance(document, Document)
        assert (document.version, document.id, len(document.statements)) == ("2012-10-17", "x", 1)
        assert parse(document) is document


def test_texts_made_of_references_read_as_the_strings_they_are() -> None:
    key = Text("arn:aws:kms:us-east-1:111122223333:key/1", ("arn:aws:kms:us-east-1:111122223333:key/1",))
    policy = {
        "Version": Text("2012-10-17", ()),
        "Statement": ({"Effect": "Allow", "Action": (Text("kms:Decrypt", ()),), "Resource": key},),
    }
    request = Request("arn:aws:iam::111122223333:user/bob", "kms:CreateAlias", key)
    assert not evaluate(request, identity_policies=[policy]).allowed
    assert evaluate(
        Request("arn:aws:iam::111122223333:role/r", "s3:GetObject", "arn:aws:s3:::b"),
        identity_policies=[{"Statement": GOOD | {"Action": Text("s3:*", ())}}],
    ).allowed


def test_an_error_names_the_policy_and_counts_its_faults() -> None:
    request = Request("arn:aws:iam::111122223333:user/bob", "s3:GetObject", "arn:aws:s3:::b")
    bad = {"Statement": [{"Effect": "Allow"}]}
    for name, policies in [
        ("identity_policies[1]", {"identity_policies": [{"Statement": GOOD}, bad]}),
        ("resource_policy", {"resource_policy": bad}),
        ("service_control_policies[0][1]", {"service_control_policies": [[{"Statement": GOOD}, bad]]}),
        ("session_policy", {"session_policy": bad}),
    ]:
        with pytest.raises(Malformed) as raised:
            evaluate(request, **policies)  # type: ignore[arg-type]
        assert raised.value.message.startswith(f"{name}: Statement[0]: `Action` is missing")
        assert raised.value.message.endswith("(+1)")
        assert raised.value.code == 2


def test_policies_that_do_not_apply_are_read_all_the_same() -> None:
    with pytest.raises(Malformed):
        evaluate(Request("s3.amazonaws.com", "sqs:SendMessage", "arn:aws:sqs:us-east-1:1:q"), identity_policies=[{}])


def test_what_is_good_stays_good() -> None:
    for statement in (
        GOOD | {"Action": []},
        GOOD | {"Resource": []},
        GOOD | {"Condition": {}},
        GOOD | {"Condition": {"StringEquals": {}}},
        GOOD | {"Condition": {"StringEquals": {"a:b": []}}},
        GOOD | {"Condition": {"stringequals": {"a:b": "x"}, "FORANYVALUE:stringlikeifexists": {"a:b": ["x"]}}},
        GOOD | {"Condition": {"DateGreaterThan": {"aws:CurrentTime": 1767225600}}},
        GOOD | {"Action": ["*", "*:*", "s3:*", "aws-marketplace:ViewSubscriptions"]},
    ):
        assert told({"Statement": statement}) == []
    for principal in (
        "*",
        {},
        {"AWS": []},
        {
            "AWS": [
                "*",
                "111122223333",
                "AIDACKCEVSQ6C2EXAMPLE",
                "arn:aws-cn:iam::111122223333:role/p/r",
                "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
            ]
        },
        {"Federated": "accounts.google.com", "CanonicalUser": "79a5"},
    ):
        assert told({"Statement": GOOD | {"Principal": principal}}, Sort.RESOURCE) == []


def test_the_policies_that_aws_manages_are_all_good() -> None:
    managed = json.loads(aws_managed_policies_data)
    assert len(managed) > 1000
    for name, policy in managed.items():
        assert told(policy["Document"]) == [], name


def test_misspelt_actions_are_told_with_what_was_meant() -> None:
    policy = {
        "Statement": [
            GOOD | {"Action": ["kms:Decript", "kms:decrypt", "kms:Gen*", "logs:Foo*", "nosuch:Thing", "*"]},
            {"NotAction": "s3:GetObjects"},
        ]
    }
    expected = [
        "Statement[0].Action[0]: `kms:Decript` is no action of kms; did you mean `kms:Decrypt`?",
        "Statement[0].Action[3]: `logs:Foo*` is no action of logs",
        "Statement[1].NotAction: `s3:GetObjects` is no action of s3; did you mean `s3:GetObject`?",
    ]
    assert [str(fault) for fault in unknown_actions(policy)] == expected
    assert [str(fault) for fault in unknown_actions(json.dumps(policy))] == expected
    for nothing in (None, [], {"Statement": 1}, {"Statement": [Unknown("x"), {"Action": Unknown("x")}]}, "{"):
        assert unknown_actions(nothing) == ()


def test_numbers_that_python_does_not_write_are_told() -> None:
    huge = 10**5000
    condition = GOOD | {"Condition": {"NumericEquals": {"a:b": [1, huge, float("inf"), float("nan")]}}}
    assert told({"Version": huge, "Id": huge, "Statement": [condition, GOOD | {"Effect": huge, "Sid": huge}]}) == [
        "Version: a number is not a version; 2012-10-17 or 2008-10-17 is expected",
        "Id: a number is not a text",
        *(f"Statement[0].Condition.NumericEquals.a:b[{index}]: the number is too large" for index in (1, 2, 3)),
        "Statement[1].Sid: a number is not a text",
        "Statement[1].Effect: a number is not an effect; Allow or Deny is expected",
    ]
    for asked in ({"context": {"a:b": huge}}, {"context": {"a:b": float("nan")}}, {"action": huge}):
        with pytest.raises(BadRequest, match=r"^(context: a:b: the number is too large|action: `a number of )"):
            Request("111122223333", **{"action": "s3:GetObject", **asked})  # type: ignore[arg-type]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.just(Unknown("x")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3) | st.tuples(inner)
    ),
    max_leaves=10,
)
operators = st.sampled_from(
    [
        "StringEquals",
        "ForAnyValue:StringLike",
        "NumericLessThan",
        "DateEquals",
        "Bool",
        "IpAddress",
        "ArnLike",
        "Null",
        "BinaryEquals",
        "X",
    ]
)
words = st.sampled_from(
    [
        "*",
        "kms:*",
        "arn:aws:s3:::b/${aws:username}",
        "${",
        "${}",
        "${a,}",
        "111122223333",
        "lambda.amazonaws.com",
        "",
        "\ud800",
        "arn:aws:iam::1:role/x",
    ]
)
shaped = st.fixed_dictionaries(
    {"Effect": st.sampled_from(["Allow", "Deny"]) | values},
    optional={
        "Sid": values,
        "Action": words | st.lists(words) | values,
        "NotAction": words | values,
        "Resource": words | st.lists(words) | values,
        "Principal": words
        | st.dictionaries(st.sampled_from(["AWS", "Service", "Federated", "x"]), words | values, max_size=2)
        | values,
        "NotPrincipal": words | values,
        "Condition": st.dictionaries(
            operators,
            st.dictionaries(st.sampled_from(["aws:PrincipalArn", "a:b", ""]), words | values, max_size=2) | values,
            max_size=2,
        )
        | values,
    },
)
anything = values | st.fixed_dictionaries(
    {"Statement": shaped | st.lists(shaped | values, max_size=2) | values},
    optional={"Version": st.sampled_from(["2012-10-17", "2008-10-17"]) | values},
)


@settings(max_examples=1000, deadline=None)
@given(anything, st.sampled_from([*Sort, None]))
def test_any_data_gives_a_document_or_faults(data: object, sort: Sort | None) -> None:
    found = parse(data, sort)
    assert isinstance(found, Document | Faults)
    if isinstance(found, Faults):
        assert found
        assert all(str(fault).isprintable() for fault in found)
    unknown_actions(data)


@settings(max_examples=1000, deadline=None)
@given(
    anything,
    words,
    st.dictionaries(
        st.sampled_from(["aws:PrincipalArn", "a:b", "kms:EncryptionContext:x"]),
        st.text(max_size=5) | st.just(Unknown("x")),
    ),
)
def test_any_document_that_is_read_can_be_decided(data: object, resource: str, context: dict[str, Any]) -> None:
    found = parse(data)
    if isinstance(found, Faults) or not resource:
        return
    for principal in ("arn:aws:iam::111122223333:user/bob", "lambda.amazonaws.com", {"type": "Anonymous"}):
        decision = kms.evaluate(
            Request(principal, "kms:Decrypt", resource, context=context), key_policy=found, identity_policies=[found]
        )
        assert decision.decision in ("allowed", "implicitly_denied", "explicitly_denied", "undecided")
        assert all(str(unmatched).isprintable() for unmatched in decision.unmatched)
        assert decision.because.isprintable()


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_a_document_or_faults(text: str) -> None:
    assert isinstance(parse(text), Document | Faults)
