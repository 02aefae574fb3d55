"""
A REST API is deployed with a method that has no integration.

A method says what is called, its integration what answers. API Gateway deploys an API only when every method has one.

Fix: give the method an `Integration`; one of type `MOCK` will do.

Why it matters: the deployment is refused, and the stack is rolled back.

Scope: methods of REST APIs whose deployment is declared beside them

Noticed: at deployment, when the API's deployment is created

Recovery: add the integration and deploy again

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-method-settings.html
  https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-method.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

ERROR = AwsError("BadRequestException", "No integration defined for method")


@check("AWS::ApiGateway::Method", verdict=Verdict.REFUSED)
def api_method_without_integration(method: Resource, graph: Graph) -> Iterator[Outcome]:
    api = method.get("RestApiId")
    deployment = next(
        (each for each in graph.everywhere("AWS::ApiGateway::Deployment") if each.get("RestApiId") == api), None
    )
    if method.get("Integration") is None and isinstance(api, str) and deployment:
        yield Finding(
            at=method.at(),
            message=f"{method} has no integration, and {deployment} deploys it",
            related=(Note(deployment.at(), "deployed here"),),
            error=ERROR,
            hint="give it an Integration",
        )
