"""What was read before is not read again; nobody notices but by the time it takes."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from keyturn.graph import Ref, Text, Unknown
from keyturn.policy import Document, Faults, Request, Sort, evaluate, parse
from test_policy_documents import GOOD, told


def test_data_that_was_changed_is_read_again() -> None:
    data = {"Version": "2012-10-17", "Statement": [dict(GOOD)]}
    request = Request("arn:aws:iam::111122223333:user/bob", "kms:CreateKey")
    for _ in range(3):
        assert not evaluate(request, identity_policies=[data]).allowed
    data["Statement"][0]["Action"] = "kms:*"  # type: ignore[index]
    assert evaluate(request, identity_policies=[data]).allowed
    del data["Statement"][0]["Effect"]  # type: ignore[attr-defined]
    for _ in range(3):
        assert told(data) == ["Statement[0].Effect: it is missing; Allow or Deny is expected"]


def test_what_was_read_before_is_told_where_it_stands_now() -> None:
    for _ in range(2):
        for element, bad in {"Action": "kms", "Resource": "b", "Condition": {"Bool": {"a:b": "yes"}}}.items():
            found = told({"Statement": [GOOD | {element: bad}, GOOD]})
            assert [fault.partition(": ")[0] for fault in found] == [
                f"Statement[0].{element}{'.Bool.a:b' if element == 'Condition' else ''}"
            ]
        assert told({"Statement": GOOD | {"Action": ["kms:*", "kms"]}})[0].startswith("Statement.Action[1]: ")
        assert told({"Statement": GOOD | {"Resource": ["b"]}})[0].startswith("Statement.Resource[0]: ")
        for name in ("bob", ["bob"]):
            place = "Statement.Principal.AWS[0]: " if isinstance(name, list) else "Statement.Principal.AWS: "
            assert told({"Statement": GOOD | {"Principal": {"AWS": name}}}, None)[0].startswith(place)


def test_what_was_read_before_is_not_taken_for_what_means_something_else() -> None:
    """What is written alike differs by the document's version, by the sort of policy, and by the kind of a JSON value."""
    bob, variable = "arn:aws:iam::111122223333:user/bob", "arn:aws:s3:::b/${aws:username}"

    def allows(statement: dict[str, Any], version: str = "2012-10-17", **context: str) -> bool:
        request = Request(bob, "s3:GetObject", "arn:aws:s3:::b/bob", resource_account="111122223333", context=context)
        return evaluate(request, identity_policies=[{"Version": version, "Statement": statement}]).allowed

    get = GOOD | {"Action": "s3:GetObject"}
    for _ in range(2):
        assert allows(get | {"Resource": variable})
        assert not allows(get | {"Resource": variable}, "2008-10-17")
        named = get | {"Condition": {"StringEquals": {"a:b": "${aws:username}"}}}
        assert allows(named, **{"a:b": "bob"})
        assert not allows(named, "2008-10-17", **{"a:b": "bob"})
        for written, value in ((True, "true"), (1, "1"), (1.0, "1.0")):
            for other in ("true", "1", "1.0"):
                equal = get | {"Condition": {"StringEquals": {"a:b": written}}}
                assert allows(equal, **{"a:b": other}) is (value == other)
    for sort, good in ((Sort.IDENTITY, True), (Sort.SESSION, False), (Sort.IDENTITY, True)):
        assert (told({"Statement": GOOD | {"Resource": "arn:aws:sqs"}}, sort) == []) is good


def test_a_document_of_the_planned_world_is_read_once_and_told_from_others() -> None:
    def document(resource: object) -> dict[str, object]:
        arn = Text("arn:aws:sqs:us-east-1:111122223333:q", (Ref("Queue", "Arn"),))
        statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": (arn, resource)}
        return {"Version": "2012-10-17", "Statement": MappingProxyType(statement)}

    first = parse(document("*"), Sort.IDENTITY)
    assert parse(document("*"), Sort.IDENTITY) is first
    one, other = (parse(document(Unknown(because)), Sort.IDENTITY) for because in ("one", "other"))
    assert isinstance(first, Document)
    assert isinstance(one, Document)
    assert isinstance(other, Document)
    request = Request("arn:aws:iam::111122223333:role/r", "sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:x")
    asked = [evaluate(request, identity_policies=[each]) for each in (first, one, other)]
    assert [each.decision for each in asked] == ["allowed", "undecided", "undecided"]
    assert "other" in asked[2].because
    assert isinstance(parse(document(1), Sort.IDENTITY), Faults)
