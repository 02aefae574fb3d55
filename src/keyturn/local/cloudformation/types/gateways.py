"""AWS::ApiGateway: who may call an API, and how much."""

from __future__ import annotations

from keyturn.local.cloudformation.types.api import arguments, by_api
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

REST, HTTP = "apigateway", "apigatewayv2"


def _set_account(place: Place, properties: Properties) -> Result:
    role = properties.get("CloudWatchRoleArn")
    operation = {"op": "replace", "path": "/cloudwatchRoleArn", "value": role or ""}
    place.client(REST).update_account(patchOperations=[operation])
    identity = place.name(None)
    return Result(identity, {"Id": identity})


def _change_account(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    _set_account(place, new)
    return Result(identity)


def _leave_account(place: Place, identity: str, properties: Properties) -> None:
    """The account's settings stay, as on AWS."""


def _create_plan(place: Place, properties: Properties) -> Result:
    client = place.client(REST)
    settings = arguments(client, "create_usage_plan", properties)
    settings["name"] = place.name(properties.get("UsagePlanName"))
    made = client.create_usage_plan(**settings)
    return Result(made["id"], {"Id": made["id"]})


def _delete_plan(place: Place, identity: str, properties: Properties) -> None:
    place.client(REST).delete_usage_plan(usagePlanId=identity)


def _create_plan_key(place: Place, properties: Properties) -> Result:
    client = place.client(REST)
    client.create_usage_plan_key(**arguments(client, "create_usage_plan_key", properties))
    identity = f"{properties['KeyId']}:{properties['UsagePlanId']}"
    return Result(identity, {"Id": identity})


def _delete_plan_key(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(REST)
    client.delete_usage_plan_key(usagePlanId=properties["UsagePlanId"], keyId=properties["KeyId"])


def _create_authorizer(place: Place, properties: Properties) -> Result:
    client = place.client(REST)
    made = client.create_authorizer(**arguments(client, "create_authorizer", properties))
    return Result(made["id"], {"AuthorizerId": made["id"]})


def _delete_authorizer(place: Place, identity: str, properties: Properties) -> None:
    place.client(REST).delete_authorizer(restApiId=properties["RestApiId"], authorizerId=identity)


KINDS = {
    "AWS::ApiGateway::Account": Kind(_set_account, _leave_account, _change_account),
    "AWS::ApiGateway::ApiKey": by_api(
        REST,
        "create_api_key",
        "delete_api_key",
        identity="id",
        parameter="apiKey",
        name="Name",
        attributes={"APIKeyId": "id"},
    ),
    "AWS::ApiGateway::Authorizer": Kind(_create_authorizer, _delete_authorizer),
    "AWS::ApiGateway::RequestValidator": by_api(
        REST,
        "create_request_validator",
        "delete_request_validator",
        identity="id",
        parameter="requestValidatorId",
        name="Name",
        attributes={"RequestValidatorId": "id"},
    ),
    "AWS::ApiGateway::UsagePlan": Kind(_create_plan, _delete_plan),
    "AWS::ApiGateway::UsagePlanKey": Kind(_create_plan_key, _delete_plan_key),
    "AWS::ApiGatewayV2::Authorizer": by_api(
        HTTP,
        "create_authorizer",
        "delete_authorizer",
        identity="AuthorizerId",
        parameter="AuthorizerId",
        attributes={"AuthorizerId": "AuthorizerId"},
        update="update_authorizer",
    ),
}
