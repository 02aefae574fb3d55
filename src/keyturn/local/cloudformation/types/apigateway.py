"""AWS::ApiGateway and AWS::ApiGatewayV2."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from keyturn.local.cloudformation.types.api import arguments, by_api
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

REST, HTTP = "apigateway", "apigatewayv2"

_API = by_api(
    REST,
    "create_rest_api",
    "delete_rest_api",
    identity="id",
    parameter="restApiId",
    name="Name",
    attributes={"RestApiId": "id", "RootResourceId": "rootResourceId"},
)


def _create_api(place: Place, properties: Properties) -> Result:
    body = properties.get("Body")
    if body is None:
        return _API.create(place, properties)
    info = {"title": place.name(properties.get("Name")), "description": "", **(body.get("info") or {})}
    described = {**body, "info": info}  # moto asks for both, AWS does not
    made = place.client(REST).import_rest_api(body=json.dumps(described))
    return Result(made["id"], {"RestApiId": made["id"], "RootResourceId": made.get("rootResourceId", "")})


def _create_method(place: Place, properties: Properties) -> Result:
    client = place.client(REST)
    client.put_method(**arguments(client, "put_method", properties))
    where = {
        "restApiId": properties["RestApiId"],
        "resourceId": properties["ResourceId"],
        "httpMethod": properties["HttpMethod"],
    }
    if integration := properties.get("Integration"):
        settings: dict[str, Any] = arguments(client, "put_integration", integration)
        if verb := integration.get("IntegrationHttpMethod"):
            settings["integrationHttpMethod"] = verb
        client.put_integration(**{**settings, **where})
    for response in properties.get("MethodResponses") or ():
        client.put_method_response(**arguments(client, "put_method_response", response) | where)
    return Result("-".join(where.values()))


def _delete_method(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(REST)
    client.delete_method(**arguments(client, "delete_method", properties))


KINDS = {
    "AWS::ApiGateway::RestApi": replace(_API, create=_create_api),
    "AWS::ApiGateway::Resource": by_api(
        REST,
        "create_resource",
        "delete_resource",
        identity="id",
        parameter="resourceId",
        attributes={"ResourceId": "id"},
    ),
    "AWS::ApiGateway::Method": Kind(_create_method, _delete_method),
    "AWS::ApiGateway::Deployment": by_api(
        REST,
        "create_deployment",
        "delete_deployment",
        identity="id",
        parameter="deploymentId",
        attributes={"DeploymentId": "id"},
    ),
    "AWS::ApiGateway::Stage": by_api(REST, "create_stage", "delete_stage", identity="stageName", parameter="stageName"),
    "AWS::ApiGatewayV2::Api": by_api(
        HTTP,
        "create_api",
        "delete_api",
        identity="ApiId",
        parameter="ApiId",
        attributes={"ApiId": "ApiId", "ApiEndpoint": "ApiEndpoint"},
    ),
    "AWS::ApiGatewayV2::Integration": by_api(
        HTTP,
        "create_integration",
        "delete_integration",
        identity="IntegrationId",
        parameter="IntegrationId",
        attributes={"IntegrationId": "IntegrationId"},
    ),
    "AWS::ApiGatewayV2::Route": by_api(
        HTTP, "create_route", "delete_route", identity="RouteId", parameter="RouteId", attributes={"RouteId": "RouteId"}
    ),
    "AWS::ApiGatewayV2::Stage": by_api(
        HTTP, "create_stage", "delete_stage", identity="StageName", parameter="StageName"
    ),
}
