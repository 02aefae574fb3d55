"""AWS::ApiGateway and AWS::ApiGatewayV2."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
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


def _update_method(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    _delete_method(place, identity, old)
    return _create_method(place, new)


def _update_api(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    client = place.client(REST)
    if new.get("Body") is not None and new["Body"] != old.get("Body"):
        client.put_rest_api(restApiId=identity, mode="overwrite", body=json.dumps(new["Body"]))
    _patch(client.update_rest_api, {"restApiId": identity}, old, new, {"Name": "/name", "Description": "/description"})
    return Result(identity)


_STAGE = by_api(REST, "create_stage", "delete_stage", identity="stageName", parameter="stageName")


def _update_stage(place: Place, name: str, old: Properties, new: Properties) -> Result:
    where = {"restApiId": new["RestApiId"], "stageName": name}
    paths = {
        "DeploymentId": "/deploymentId",
        "Description": "/description",
        "CacheClusterEnabled": "/cacheClusterEnabled",
        "TracingEnabled": "/tracingEnabled",
    }
    _patch(place.client(REST).update_stage, where, old, new, paths)
    return Result(name)


def _patch(
    call: Callable[..., Any], where: Mapping[str, str], old: Properties, new: Properties, paths: Mapping[str, str]
) -> None:
    """What has changed, as API Gateway is told it."""
    changed = {path: new[name] for name, path in paths.items() if name in new and new[name] != old.get(name)}
    if changed:
        operations = [{"op": "replace", "path": path, "value": _text(value)} for path, value in changed.items()]
        call(**where, patchOperations=operations)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


KINDS = {
    "AWS::ApiGateway::RestApi": replace(_API, create=_create_api, update=_update_api),
    "AWS::ApiGateway::Resource": by_api(
        REST,
        "create_resource",
        "delete_resource",
        identity="id",
        parameter="resourceId",
        attributes={"ResourceId": "id"},
    ),
    "AWS::ApiGateway::Method": Kind(_create_method, _delete_method, _update_method),
    "AWS::ApiGateway::Deployment": by_api(
        REST,
        "create_deployment",
        "delete_deployment",
        identity="id",
        parameter="deploymentId",
        attributes={"DeploymentId": "id"},
    ),
    "AWS::ApiGateway::Stage": replace(_STAGE, update=_update_stage),
    "AWS::ApiGatewayV2::Api": by_api(
        HTTP,
        "create_api",
        "delete_api",
        identity="ApiId",
        parameter="ApiId",
        attributes={"ApiId": "ApiId", "ApiEndpoint": "ApiEndpoint"},
        update="update_api",
    ),
    "AWS::ApiGatewayV2::Integration": by_api(
        HTTP,
        "create_integration",
        "delete_integration",
        identity="IntegrationId",
        parameter="IntegrationId",
        attributes={"IntegrationId": "IntegrationId"},
        update="update_integration",
    ),
    "AWS::ApiGatewayV2::Route": by_api(
        HTTP,
        "create_route",
        "delete_route",
        identity="RouteId",
        parameter="RouteId",
        attributes={"RouteId": "RouteId"},
        update="update_route",
    ),
    "AWS::ApiGatewayV2::Stage": by_api(
        HTTP, "create_stage", "delete_stage", identity="StageName", parameter="StageName", update="update_stage"
    ),
}
