"""AWS::CloudFront."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

SERVICE = "cloudfront"
CUSTOM_ORIGIN = {"HTTPPort": 80, "HTTPSPort": 443}
"""What an origin has unless its template says otherwise, and the API wants to be told."""


def _configuration(place: Place, properties: Properties, reference: str) -> dict[str, Any]:
    """A distribution's, as the API takes it: each list with its length, and with all that it cannot do without."""
    given = dict(properties["DistributionConfig"])
    given = {
        "Comment": "",
        "CallerReference": reference,
        **given,
        "Origins": [_origin(each) for each in given["Origins"]],
    }
    if logging := given.get("Logging"):
        given["Logging"] = {"Enabled": True, "IncludeCookies": False, "Prefix": "", **logging}
    if "IPV6Enabled" in given:
        given["IsIPV6Enabled"] = given.pop("IPV6Enabled")
    behaviours = [given["DefaultCacheBehavior"], *(given.get("CacheBehaviors") or ())]
    given["DefaultCacheBehavior"], *others = (_behaviour(each) for each in behaviours)
    if others:
        given["CacheBehaviors"] = others
    client = place.client(SERVICE)
    shape = client.meta.service_model.operation_model("CreateDistribution").input_shape.members["DistributionConfig"]
    fitted: dict[str, Any] = arguments(client, "create_distribution", {"DistributionConfig": _counted(shape, given)})
    config: dict[str, Any] = fitted["DistributionConfig"]
    return config


def _origin(given: Mapping[str, Any]) -> dict[str, Any]:
    origin = dict(given)
    if "CustomOriginConfig" in origin:
        origin["CustomOriginConfig"] = CUSTOM_ORIGIN | origin["CustomOriginConfig"]
    if "S3OriginConfig" in origin:
        origin["S3OriginConfig"] = {"OriginAccessIdentity": "", **origin["S3OriginConfig"]}
    if headers := origin.pop("OriginCustomHeaders", None):
        origin["CustomHeaders"] = headers
    return origin


def _behaviour(given: Mapping[str, Any]) -> dict[str, Any]:
    behaviour = dict(given)
    if allowed := behaviour.get("AllowedMethods"):
        cached = behaviour.pop("CachedMethods", ["GET", "HEAD"])
        behaviour["AllowedMethods"] = {**_list(allowed), "CachedMethods": _list(cached)}
    return behaviour


def _list(items: list[Any]) -> dict[str, Any]:
    return {"Quantity": len(items), "Items": items}


def _counted(shape: Any, value: Any) -> Any:
    """A value whose lists are as CloudFront's API has them."""
    if shape.type_name == "structure" and isinstance(value, list):
        inner = shape.members["Items"].member
        return _list([_counted(inner, each) for each in value])
    if shape.type_name == "structure" and isinstance(value, Mapping):
        members = {name.lower(): member for name, member in shape.members.items()}
        return {
            name: _counted(members[name.lower()], each) if name.lower() in members else each
            for name, each in value.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_counted(shape.member, each) for each in value]
    return value


def _told(made: Mapping[str, Any]) -> Result:
    return Result(made["Id"], {"Id": made["Id"], "DomainName": made["DomainName"]})


def _create(place: Place, properties: Properties) -> Result:
    config = _configuration(place, properties, str(uuid.uuid4()))
    client, tags = place.client(SERVICE), place.tagged(properties)
    if tags:
        with_tags = {"DistributionConfig": config, "Tags": {"Items": tags}}
        return _told(client.create_distribution_with_tags(DistributionConfigWithTags=with_tags)["Distribution"])
    return _told(client.create_distribution(DistributionConfig=config)["Distribution"])


def _update(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    client = place.client(SERVICE)
    standing = client.get_distribution_config(Id=identity)
    config = _configuration(place, new, standing["DistributionConfig"]["CallerReference"])
    changed = client.update_distribution(Id=identity, IfMatch=standing["ETag"], DistributionConfig=config)
    return _told(changed["Distribution"])


def _delete(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(SERVICE)
    client.delete_distribution(Id=identity, IfMatch=client.get_distribution(Id=identity)["ETag"])


def _create_access(place: Place, properties: Properties) -> Result:
    client = place.client(SERVICE)
    made = client.create_origin_access_control(**arguments(client, "create_origin_access_control", properties))
    return Result(made["OriginAccessControl"]["Id"], {"Id": made["OriginAccessControl"]["Id"]})


def _delete_access(place: Place, identity: str, properties: Properties) -> None:
    client = place.client(SERVICE)
    client.delete_origin_access_control(Id=identity, IfMatch=client.get_origin_access_control(Id=identity)["ETag"])


KINDS = {
    "AWS::CloudFront::Distribution": Kind(_create, _delete, _update),
    "AWS::CloudFront::OriginAccessControl": Kind(_create_access, _delete_access),
}
