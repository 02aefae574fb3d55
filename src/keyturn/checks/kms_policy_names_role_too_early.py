"""
A key's policy names a role or user by an ARN that is written out, and may be set before that role exists.

KMS looks up every principal of a policy when it is set. CloudFormation orders resources by their references; an ARN that is put together
from a name is none, so the key and the role are made at the same time, and the key is faster.

Fix: refer to the role (`!GetAtt Role.Arn`), or let the key depend on it.

Why it matters: the key is refused, now and then or always, and everything that is encrypted with it is rolled back.

Scope: keys whose policy names a role or user that is declared beside it

Noticed: at deployment, when the key is created

Recovery: deploy again: the role is there by then, unless it was rolled back too

Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.keys import KEYS
from keyturn.checks.evidence.order import comes_after, may_overtake
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Path, Ref, Resource, Text, Value

NAMED = ("AWS::IAM::Role", "AWS::IAM::User")


@check(*KEYS, verdict=Verdict.REFUSED)
def kms_policy_names_role_too_early(key: Resource, graph: Graph) -> Iterator[Outcome]:
    told: set[str] = set()
    for path, arn in _principals(key):
        role = graph.find(arn, *NAMED)
        if role is None or role.name in told or role.arn != arn or not may_overtake(key, role, graph):
            continue
        told.add(role.name)
        cycle = comes_after(role, key, graph)
        fix = Fix(f"refer to {role}", key.at(*path), replace=Text(arn, (Ref(role.name, "Arn"),)))
        yield Finding(
            at=key.at(*path),
            message=f"the policy may be set before {role} exists",
            related=(Note(role.at(), "declared here"),),
            error=AwsError(
                "MalformedPolicyDocumentException",
                "Policy contains a statement with one or more invalid principals.",
            ),
            fix=None if cycle else fix,
            hint=f"{role} is made after the key: allow the account's root, and give {role} its rights in IAM"
            if cycle
            else "",
        )


def _principals(key: Resource) -> Iterator[tuple[Path, str]]:
    """The ARNs that the statements of a key's policy name as principals, each with its place."""
    statements = key.get("KeyPolicy", "Statement")
    listed = statements if isinstance(statements, tuple) else (statements,)
    for index, statement in enumerate(listed):
        place: Path = ("KeyPolicy", "Statement", index) if isinstance(statements, tuple) else ("KeyPolicy", "Statement")
        principal = statement.get("Principal") if isinstance(statement, Mapping) else None
        named: Value = principal.get("AWS") if isinstance(principal, Mapping) else None
        if isinstance(named, str):
            yield (*place, "Principal", "AWS"), named
        elif isinstance(named, tuple):
            for number, arn in enumerate(named):
                if isinstance(arn, str):
                    yield (*place, "Principal", "AWS", number), arn
