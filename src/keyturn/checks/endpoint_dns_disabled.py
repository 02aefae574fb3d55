"""
An interface endpoint is to have private DNS in a VPC that has no DNS of its own.

With private DNS the service's usual name leads to the endpoint. It needs a VPC with DNS support and with DNS hostnames; the
second is off in every VPC that does not turn it on.

Fix: turn on `EnableDnsHostnames`, and do not turn off `EnableDnsSupport`.

Why it matters: the endpoint is not created, nor what can only be reached through it.

Scope: interface endpoints with private DNS whose VPC is declared beside them

Noticed: at deployment, when the endpoint is created

Recovery: turn both on and deploy again; no address changes

Source: https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource, Unknown

YES, NO = (True, "true"), (False, "false")


@check("AWS::EC2::VPCEndpoint", verdict=Verdict.REFUSED)
def endpoint_dns_disabled(endpoint: Resource, graph: Graph) -> Iterator[Outcome]:
    vpc = graph.follow(endpoint, "VpcId", types=("AWS::EC2::VPC",))
    if vpc is None or endpoint.get("PrivateDnsEnabled") not in YES or endpoint.get("VpcEndpointType") != "Interface":
        return
    hostnames, support = vpc.get("EnableDnsHostnames"), vpc.get("EnableDnsSupport")
    missing = "EnableDnsSupport" if support in NO else "EnableDnsHostnames"
    if support in NO or not (hostnames in YES or isinstance(hostnames, Unknown)):
        yield Finding(
            at=vpc.at(missing),
            message=f"{missing} is off in {vpc}, and {endpoint} is to have private DNS there",
            related=(Note(endpoint.at("PrivateDnsEnabled"), f"asked for here, by {endpoint}"),),
            error=AwsError(
                "InvalidParameter",
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for "
                f"{vpc.identity}",
            ),
            fix=Fix(f"turn on {missing}", vpc.at(missing), replace=True),
        )
