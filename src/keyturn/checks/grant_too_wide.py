"""
A policy allows more than is asked for: everything, to everybody, or on every secret and key there is.

Some calls can be allowed on `*` only, and AWS forces that. All others can be limited: to calls by their names, to a secret or a key by its
ARN, to a principal. A condition limits too.

Fix: name the calls, the resources, the principal.

Why it matters: whoever gets hold of the role, or of the function that runs as it, gets all of it.

Scope: policies of roles, users and groups that are declared here: every call of a service that handles secrets or keys, or of all services;
such calls on `*`. Policies of keys and secrets: everybody

Noticed: by an audit, or after a break-in

Recovery: write what is used; `aws iam generate-service-last-accessed-details` tells what was

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
  https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts.grants import ON_ALL_ONLY, can_be_limited
from keyturn.graph import Graph, Path, Resource, Value

DOCUMENTS = {
    "AWS::IAM::Policy": ("PolicyDocument",),
    "AWS::IAM::ManagedPolicy": ("PolicyDocument",),
    "AWS::IAM::RolePolicy": ("PolicyDocument",),
    "AWS::KMS::Key": ("KeyPolicy",),
    "AWS::SecretsManager::ResourcePolicy": ("ResourcePolicy",),
}


@check("AWS::IAM::Role", *DOCUMENTS, verdict=Verdict.WEAK)
def grant_too_wide(holder: Resource, graph: Graph) -> Iterator[Outcome]:
    for path in _documents(holder):
        for index, statement in _statements(holder.get(*path)):
            if wide := _wide(
                statement, of_resource=holder.type in ("AWS::KMS::Key", "AWS::SecretsManager::ResourcePolicy")
            ):
                name, message, hint = wide
                at = holder.at(*path, "Statement", *(() if index is None else (index,)), name)
                yield Finding(at, message, hint=hint)


def _documents(holder: Resource) -> Iterator[Path]:
    if holder.type in DOCUMENTS:
        yield DOCUMENTS[holder.type]
        return
    inline = holder.get("Policies")
    for index in range(len(inline) if isinstance(inline, tuple) else 0):
        yield "Policies", index, "PolicyDocument"


def _statements(document: Value) -> Iterator[tuple[int | None, Mapping[str, Value]]]:
    """Those that allow something without a condition."""
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    for index, each in enumerate(listed) if isinstance(listed, tuple) else [(None, listed)]:
        if isinstance(each, Mapping) and each.get("Effect") == "Allow" and not each.get("Condition"):
            yield index, each


def _wide(statement: Mapping[str, Value], *, of_resource: bool) -> tuple[str, str, str] | None:
    """What is too wide in a statement: the element, what is said of it, and what to do."""
    if of_resource:
        principal = statement.get("Principal")
        anybody = principal == "*" or (isinstance(principal, Mapping) and "*" in _texts(principal.get("AWS")))
        return ("Principal", "it lets everybody in, of every account", "name the principals") if anybody else None
    actions = _texts(statement.get("Action"))
    for action in actions:
        service, _, name = action.partition(":")
        if action == "*" or (name == "*" and service.lower() in ON_ALL_ONLY):
            every = "every call of every service" if action == "*" else f"every call of {service}"
            return "Action", f"it allows {every}", "name the calls"
    if "*" in _texts(statement.get("Resource")) and (limited := [each for each in actions if can_be_limited(each)]):
        listed = ", ".join(limited[:3]) + (f" (+{len(limited) - 3})" if len(limited) > 3 else "")
        return "Resource", f"it allows {listed} on everything there is", "name the ARN of the secret or the key"
    return None


def _texts(value: Value) -> tuple[str, ...]:
    each = value if isinstance(value, tuple) else (value,)
    return tuple(str(item) for item in each if isinstance(item, str))
