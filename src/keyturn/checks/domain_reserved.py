"""
A public hosted zone is to be made for a domain that nobody can have.

`example.com`, `example.net` and `example.org` are kept for documentation, with all domains below them, and Route 53 refuses
public zones for them.

Fix: name a domain of your own; as a parameter without a default, if it differs from place to place.

Why it matters: the zone is not created, nor the certificates and records that wait for it.

Scope: every public hosted zone

Noticed: at deployment, when the zone is created

Recovery: name the right domain and deploy again

Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHostedZone.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Verdict, check
from keyturn.facts.networks import is_reserved, plain, reserved
from keyturn.graph import Graph, Resource


@check("AWS::Route53::HostedZone", verdict=Verdict.REFUSED)
def domain_reserved(zone: Resource, graph: Graph) -> Iterator[Outcome]:
    name = zone.get("Name")
    if isinstance(name, str) and not zone.get("VPCs") and is_reserved(name):
        yield Finding(
            at=zone.at("Name"),
            message=f"{plain(name)} is kept for documentation: nobody can have a public zone for it",
            error=reserved(name),
            hint="name a domain of your own",
        )
