"""AWS::Cognito."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.api import arguments, by_api
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

POOLS, IDENTITIES = "cognito-idp", "cognito-identity"


def _create_pool(place: Place, properties: Properties) -> Result:
    client = place.client(POOLS)
    settings = arguments(client, "create_user_pool", properties)
    settings |= {"PoolName": place.name(properties.get("UserPoolName"), 128)}
    if tags := {**place.tags, **(properties.get("UserPoolTags") or {})}:
        settings["UserPoolTags"] = tags
    return _told(place, client.create_user_pool(**settings)["UserPool"])


def _told(place: Place, pool: dict[str, Any]) -> Result:
    host = f"cognito-idp.{place.region}.amazonaws.com/{pool['Id']}"
    attributes = {"ProviderName": host, "ProviderURL": f"https://{host}", "UserPoolId": pool["Id"], "Arn": pool["Arn"]}
    return Result(pool["Id"], attributes)


def _update_pool(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    client = place.client(POOLS)
    settings = arguments(client, "update_user_pool", {**new, "PoolName": new.get("UserPoolName")})
    client.update_user_pool(**settings | {"UserPoolId": identity})
    return Result(identity)


def _create_client(place: Place, properties: Properties) -> Result:
    client = place.client(POOLS)
    settings = arguments(client, "create_user_pool_client", properties)
    settings["ClientName"] = place.name(properties.get("ClientName"), 128)
    made = client.create_user_pool_client(**settings)["UserPoolClient"]
    attributes = {"ClientId": made["ClientId"], "Name": made["ClientName"], "ClientSecret": made.get("ClientSecret")}
    return Result(made["ClientId"], {name: value for name, value in attributes.items() if value})


def _create_domain(place: Place, properties: Properties) -> Result:
    client = place.client(POOLS)
    made = client.create_user_pool_domain(**arguments(client, "create_user_pool_domain", properties))
    return Result(properties["Domain"], {"CloudFrontDistribution": made.get("CloudFrontDomain") or ""})


def _delete_of_pool(call: str, parameter: str) -> Any:
    def delete(place: Place, identity: str, properties: Properties) -> None:
        client = place.client(POOLS)
        getattr(client, call)(**{"UserPoolId": properties["UserPoolId"], parameter: identity})

    return delete


def _update_client(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    client = place.client(POOLS)
    client.update_user_pool_client(**arguments(client, "update_user_pool_client", new) | {"ClientId": identity})
    return Result(identity)


def _delete_pool(place: Place, identity: str, properties: Properties) -> None:
    place.client(POOLS).delete_user_pool(UserPoolId=identity)


KINDS = {
    "AWS::Cognito::UserPool": Kind(_create_pool, _delete_pool, _update_pool),
    "AWS::Cognito::UserPoolClient": Kind(
        _create_client, _delete_of_pool("delete_user_pool_client", "ClientId"), _update_client
    ),
    "AWS::Cognito::UserPoolDomain": Kind(_create_domain, _delete_of_pool("delete_user_pool_domain", "Domain")),
    "AWS::Cognito::UserPoolGroup": by_api(
        POOLS,
        "create_group",
        "delete_group",
        answer="Group",
        identity="GroupName",
        parameter="GroupName",
        name="GroupName",
        update="update_group",
    ),
    "AWS::Cognito::IdentityPool": by_api(
        IDENTITIES,
        "create_identity_pool",
        "delete_identity_pool",
        identity="IdentityPoolId",
        parameter="IdentityPoolId",
        name="IdentityPoolName",
        longest=128,
        attributes={"Name": "IdentityPoolName", "Id": "IdentityPoolId"},
    ),
}
