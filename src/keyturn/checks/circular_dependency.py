"""
Resources wait for each other, so that none can be made first.

CloudFormation makes a resource when all that it refers to or depends on is there. Two security groups that name each other in
their rules, a key whose policy names the role that may use the key, a bucket that notifies a function whose permission names
the bucket: each waits for the other.

Fix: take one of the references out of the resource that holds it: a rule as a resource of its own
(`AWS::EC2::SecurityGroupIngress`), an ARN that is put together from names instead of `GetAtt`.

Why it matters: the template is refused as a whole, before anything is made.

Scope: every CloudFormation template; Terraform and Pulumi have no plan for such a program that could be read

Noticed: when the template is submitted

Recovery: nothing was changed; break the circle and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/troubleshooting.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource
from keyturn.read.order import Cycle, order

TEMPLATES = ("cloudformation", "cdk")


@check(verdict=Verdict.REFUSED)
def circular_dependency(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    # Other readers fold several of the user's resources into one, whose dependencies can go in a circle where the user's do not.
    if graph.dialect not in TEMPLATES or resource is not next(iter(graph)):
        return
    try:
        order(graph)
    except Cycle as cycle:
        first, *others = (graph.resources[name] for name in cycle.names)
        alone = not others
        yield Finding(
            at=first.at(),
            message=f"{first} depends on itself"
            if alone
            else f"{' and '.join(map(str, [first, *others]))} wait for each other",
            related=tuple(Note(each.at(), "and this one") for each in others),
            error=AwsError("ValidationError", f"Circular dependency between resources: [{', '.join(cycle.names)}]"),
            hint="declare one of the rules as a resource of its own, e.g. AWS::EC2::SecurityGroupIngress"
            if any(each.type == "AWS::EC2::SecurityGroup" for each in [first, *others])
            else "put one of the ARNs together from names, with Fn::Sub, instead of a reference",
        )
