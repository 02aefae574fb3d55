"""
A service of ECS is made before the load balancer's listener that sends to it.

A service registers its tasks with a target group, which ECS accepts only when a load balancer uses the group; it does so by a listener,
or a listener's rule, and to neither of them does the service refer.

Fix: let the service depend on the listener.

Why it matters: which of the two is made first is chance, and usually it is the service, which is refused.

Scope: services with load balancers whose target group and listener are declared beside them

Noticed: at deployment, when the service is created

Recovery: add the dependency and deploy again

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.order import comes_after, needs
from keyturn.checks.evidence.publishers import items
from keyturn.facts.fargate import no_balancer
from keyturn.graph import Graph, Resource

GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
SENDERS = ("AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerRule")


@check("AWS::ECS::Service", verdict=Verdict.REFUSED)
def ecs_service_before_listener(service: Resource, graph: Graph) -> Iterator[Outcome]:
    for index, _ in items(service, "LoadBalancers"):
        group = graph.follow(service, "LoadBalancers", index, "TargetGroupArn", types=(GROUP,))
        senders = [each for each in graph.of_type(*SENDERS) if group and comes_after(each, group, graph)]
        if not senders or any(comes_after(service, each, graph) for each in senders):
            continue
        assert group
        # The listener waits for the load balancer, which takes minutes; a service that waits for it too may come later.
        waits = any(needs(each, graph) - needs(service, graph) - {group.name} for each in senders)
        yield Finding(
            at=service.at(),
            message=f"{service} does not wait for {senders[0]}, which makes a load balancer send to {group}",
            related=(Note(senders[0].at(), "what it has to wait for"),),
            error=no_balancer(str(group.arn)) if waits else None,
            hint=f"let {service} depend on {senders[0]}",
            verdict=None if waits else Verdict.WEAK,
        )
