"""
A resource has a name that its service does not accept.

Every service has rules of its own: a bucket's name has no capital letters, a load balancer's no more than 32 characters, a
security group's does not begin with `sg-`.

Fix: keep to the service's rules; or give no name, and AWS chooses one that fits.

Why it matters: the resource is not created, and the stack is rolled back. A name that is put together from parameters may fit in one
environment and be too long in the next.

Scope: buckets, functions, roles and other identities, load balancers, queues, topics, tables, rules, repositories, aliases, databases,
secrets, log groups, state machines and security groups

Noticed: at deployment, when the resource is created

Recovery: change the name and deploy again

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
  https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
  https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.presence import empty_parameter
from keyturn.facts import names
from keyturn.graph import Call, Graph, Ref, Resource, Text


@check(*names.RULES, verdict=Verdict.REFUSED)
def name_not_accepted(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    rule = names.RULES[resource.type]
    name = resource.get(rule.property)
    if not isinstance(name, str) or _chosen_by_aws(name, graph):
        return
    at = resource.at(rule.property)
    if empty := empty_parameter(name, graph):
        yield Undecided(at, f"the parameter {empty} is empty by default")
    elif names.IN_EXAMPLES.match(name):
        yield Undecided(at, f"`{name}` is a name of AWS's examples, in place of which another one will stand")
    elif len(name) > rule.longest:
        yield Finding(
            at=at,
            message=f"`{name}` has {len(name)} characters, and may have {rule.longest}",
            error=rule.error,
            hint="shorten it, or give none: AWS then chooses one that fits",
        )
    elif not rule.pattern.fullmatch(name):
        lowered = _lowered(name)
        fits = rule.pattern.fullmatch(lowered) is not None
        yield Finding(
            at=at,
            message=f"`{name}` is not accepted here",
            error=rule.error,
            fix=Fix(f"call it {lowered}", at, replace=lowered) if fits else None,
            hint="" if fits else f"it takes {rule.asked}",
        )


def _chosen_by_aws(name: str, graph: Graph) -> bool:
    """Whether a part of a name is one that AWS will choose: its letters are not known before."""
    parts = name.parts if isinstance(name, Text) else ()
    return any(isinstance(part, Call) or (isinstance(part, Ref) and _of_resource(part, graph)) for part in parts)


def _of_resource(part: Ref, graph: Graph) -> bool:
    """Whether a reference is to a resource, of another stack too, from which a parameter may have it."""
    given = graph.parameters.get(part.name)
    return any(part.name in each.resources for each in graph.together) or bool(given and graph.find(given.value))


def _lowered(name: str) -> str:
    """The same in small letters, with hyphens for what is no letter; references stay what they are."""
    if isinstance(name, Text):
        parts = tuple(_lowered(part) if isinstance(part, str) else part for part in name.parts)
        return Text(_lowered(str(name)), parts)
    return str(name).lower().replace("_", "-").replace(" ", "-")
