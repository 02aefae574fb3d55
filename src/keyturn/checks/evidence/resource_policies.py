"""The policies of topics, queues and functions: whom they let in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from keyturn.checks.evidence.functions import permissions, statement, unsure
from keyturn.facts.messaging import default_topic_policy
from keyturn.graph import Graph, Resource, Site, Unknown, Value
from keyturn.memory import memoized

FUNCTION, QUEUE, TOPIC = "AWS::Lambda::Function", "AWS::SQS::Queue", "AWS::SNS::Topic"
_ATTACHED = {
    QUEUE: {"AWS::SQS::QueuePolicy": "Queues", "AWS::SQS::QueueInlinePolicy": "Queue"},
    TOPIC: {"AWS::SNS::TopicPolicy": "Topics", "AWS::SNS::TopicInlinePolicy": "TopicArn"},
}
"""The types of their policies, and the property that names what these are for."""


class Guard(NamedTuple):
    """
    One policy that stands before a resource.

    Attributes:
        document: The policy.
        holder: What declares it; None for the one that AWS gives.
        statements: Its list of statements, where one more can be added.
    """

    document: Value
    holder: Resource | None = None
    statements: Site | None = None


def guards(target: Resource, graph: Graph) -> Iterator[Guard]:
    """All policies that are, or may be, those of a resource; any of them may let somebody in."""
    if unseen := graph.handed_on(target):
        yield Guard(Unknown(unseen))
    if target.type == FUNCTION:
        for permission in permissions(target, graph):
            made: Value = {"Version": "2012-10-17", "Statement": (statement(permission, target),)}
            yield Guard(unsure(permission, target, graph) or made, permission)
        return
    if remark := next((each for each in graph.remarks if f"`policy` of {target} " in each.text), None):
        yield Guard(Unknown(remark.text))
    named, unknown = _policies(graph)
    for policy in named.get(target, ()):
        yield Guard(policy.get("PolicyDocument"), policy, policy.at("PolicyDocument", "Statement"))
    for policy in unknown:
        if policy.type in _ATTACHED[target.type]:
            yield Guard(Unknown(f"whether {policy} is for {target} is not known"), policy)
    if target.type == TOPIC and target not in named:
        yield Guard(default_topic_policy(str(target.arn) if isinstance(target.arn, str) else "*", target.account))


@memoized
def _policies(graph: Graph) -> tuple[Mapping[Resource, list[Resource]], tuple[Resource, ...]]:
    """The policies of topics and queues by what they are for, and those of which that is not known."""
    found: dict[Resource, list[Resource]] = {}
    unknown = []
    for type_, policies in _ATTACHED.items():
        for policy in graph.everywhere(*policies):
            named = policy.get(policies[policy.type])
            for each in named if isinstance(named, tuple) else (named,):
                if target := graph.find(each, type_, by=policy):
                    found.setdefault(target, []).append(policy)
                elif isinstance(each, Unknown):
                    unknown.append(policy)
    return found, tuple(unknown)
