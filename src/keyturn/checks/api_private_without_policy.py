"""
A private REST API is deployed without a resource policy.

A private API lets nobody in until its own policy says which VPC endpoints, or VPCs, may call it. API Gateway does not deploy one that has
none.

Fix: give the API a `Policy` that allows `execute-api:Invoke`, from its VPC endpoint (`aws:SourceVpce`) or VPC only.

Why it matters: the deployment is refused, and the stack is rolled back.

Scope: private REST APIs whose deployment is declared beside them

Noticed: at deployment, when the API's deployment is created

Recovery: add the policy and deploy again

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

ERROR = AwsError("BadRequestException", "Private REST API doesn't have a resource policy attached to it")


@check("AWS::ApiGateway::RestApi", verdict=Verdict.REFUSED)
def api_private_without_policy(api: Resource, graph: Graph) -> Iterator[Outcome]:
    types = api.get("EndpointConfiguration", "Types")
    within = api.get("Body") is not None or api.get("BodyS3Location") is not None
    if not isinstance(types, tuple) or "PRIVATE" not in types or api.get("Policy") is not None or within:
        return
    deployments = (
        each for each in graph.everywhere("AWS::ApiGateway::Deployment") if each.get("RestApiId") == api.identity
    )
    if deployment := next(deployments, None):
        yield Finding(
            at=api.at("EndpointConfiguration", "Types"),
            message=f"{api} is private, and has no policy that says who may call it",
            related=(Note(deployment.at(), "deployed here"),),
            error=ERROR,
            hint="give it a Policy that allows execute-api:Invoke from its VPC endpoint",
        )
