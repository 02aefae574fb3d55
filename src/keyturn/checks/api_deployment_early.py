"""
A deployment of a REST API does not wait for the API's methods.

A deployment is a snapshot of the API as it is at that moment. It refers to the API, as the methods do, but to none of the
methods, so nothing makes it wait for them. API Gateway refuses to deploy an API that has no methods yet.

Fix: let the deployment depend on the API's methods, on all of them: those that come later are not in it.

Why it matters: the deployment fails, or, when some methods happen to be there, deploys half of the API.

Scope: deployments of REST APIs whose methods are declared beside them, or that have none

Noticed: at deployment, when the API's deployment is created

Recovery: add the dependency and deploy again

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-deployment.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.order import may_overtake
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

ERROR = AwsError("BadRequestException", "The REST API doesn't contain any methods")


ELSEWHERE = ("Body", "BodyS3Location", "CloneFrom")
"""By these an API has methods that are no resources."""


@check("AWS::ApiGateway::Deployment", verdict=Verdict.REFUSED)
def api_deployment_early(deployment: Resource, graph: Graph) -> Iterator[Outcome]:
    api = graph.follow(deployment, "RestApiId", types=("AWS::ApiGateway::RestApi",))
    if api is None or any(api.get(name) is not None for name in ELSEWHERE):
        return
    methods = [each for each in graph.everywhere("AWS::ApiGateway::Method") if graph.follow(each, "RestApiId") is api]
    late = [each for each in methods if may_overtake(deployment, each, graph)]
    if not methods and not _may_have_methods(graph):
        yield Finding(
            at=deployment.at(),
            message=f"{deployment} deploys {api}, which has no methods",
            related=(Note(api.at(), "no method is for it"),),
            error=ERROR,
            hint=f"give {api} a method, and let {deployment} depend on it",
        )
    if not late:
        return
    none_before = len(late) == len(methods)
    yield Finding(
        at=deployment.at(),
        message=f"{deployment} waits for none of the methods of {api}"
        if none_before
        else f"{deployment} does not wait for {', '.join(map(str, late))}, and may be made without",
        related=tuple(Note(each.at(), "this method may come too late") for each in late[:3]),
        error=ERROR if none_before else None,
        hint=f"let it depend on {', '.join(map(str, late))}",
        verdict=None if none_before else Verdict.DEAD,
    )


def _may_have_methods(graph: Graph) -> bool:
    """Whether methods may come from what is not looked into: stacks that are not here, custom resources, what the reader left out."""
    others = (each.type for each in graph.everywhere())
    opaque = any(type_.startswith(("Custom::", "AWS::CloudFormation::")) for type_ in others)
    return opaque or graph.left_out("apigateway") is not None
