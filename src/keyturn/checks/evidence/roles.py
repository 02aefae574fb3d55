"""What a role may do, as far as the planned world tells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from keyturn.facts import managed_policies
from keyturn.graph import Graph, Resource, Site, Unknown, Value

_POLICIES = ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy")


class Attached(NamedTuple):
    """A policy of a role, and where its document stands; nowhere for one that AWS manages."""

    document: Value
    at: Site | None = None


def role_of(function: Resource, graph: Graph) -> Resource | None:
    """The role that a function runs as; None if it is not declared here."""
    return graph.follow(function, "Role", types=("AWS::IAM::Role",))


def policies(role: Resource, graph: Graph) -> Iterator[Attached]:
    """All policies of a role: its own, those attached to it, those that attach themselves."""
    inline, managed = role.get("Policies"), role.get("ManagedPolicyArns")
    for name, given in (("Policies", inline), ("ManagedPolicyArns", managed)):
        if isinstance(given, Unknown):
            yield Attached(given, role.at(name))
    for index in range(len(inline) if isinstance(inline, tuple) else 0):
        yield Attached(
            role.get("Policies", index, "PolicyDocument"), role.at("Policies", index, "PolicyDocument", "Statement")
        )
    for arn in managed if isinstance(managed, tuple) else ():
        yield _managed(arn, graph)
    if unseen := graph.handed_on(role):
        yield Attached(Unknown(unseen))
    for policy in graph.everywhere(*_POLICIES):
        named = policy.get("RoleName") if policy.type == "AWS::IAM::RolePolicy" else policy.get("Roles")
        names = named if isinstance(named, tuple) else (named,)
        if any(graph.find(each, "AWS::IAM::Role", by=policy) is role for each in names):
            yield Attached(policy.get("PolicyDocument"), policy.at("PolicyDocument", "Statement"))
        elif any(isinstance(each, Unknown) for each in names):
            yield Attached(Unknown(f"whether {policy} is attached to {role} is not known"), policy.at())


def boundary(role: Resource, graph: Graph) -> Value:
    """The document of the role's permissions boundary; None without one."""
    arn = role.get("PermissionsBoundary")
    return None if arn is None else _managed(arn, graph).document


def condition_keys(document: object) -> set[str]:
    """The condition keys that a policy document asks for, in lower case."""
    statements = document.get("Statement") if isinstance(document, Mapping) else None
    found = set()
    for statement in statements if isinstance(statements, tuple | list) else (statements,):
        conditions = statement.get("Condition") if isinstance(statement, Mapping) else None
        for wanted in conditions.values() if isinstance(conditions, Mapping) else ():
            found |= {key.lower() for key in wanted} if isinstance(wanted, Mapping) else set()
    return found


def _managed(arn: Value, graph: Graph) -> Attached:
    if isinstance(arn, Unknown):
        return Attached(arn)
    if declared := graph.find(arn, "AWS::IAM::ManagedPolicy"):
        return Attached(declared.get("PolicyDocument"), declared.at("PolicyDocument", "Statement"))
    document = managed_policies.document(str(arn))
    return Attached(document if document is not None else Unknown(f"what {arn} allows is not known here"))
