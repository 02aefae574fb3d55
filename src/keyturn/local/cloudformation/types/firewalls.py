"""AWS::WAFv2."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.api import arguments, attached, tags
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result

SERVICE = "wafv2"


def _scoped(call: str, answer: str) -> Kind:
    """
    A type that is told by its name, its id and its scope, and changed and removed with the token of its last state.

    Args:
        call: How its calls end, e.g. `web_acl`.
        answer: Where they tell it.
    """

    def standing(place: Place, identity: str) -> tuple[dict[str, str], dict[str, Any]]:
        name, id_, scope = identity.split("|")
        who = {"Name": name, "Id": id_, "Scope": scope}
        return who, getattr(place.client(SERVICE), f"get_{call}")(**who)

    def create(place: Place, properties: Properties) -> Result:
        client = place.client(SERVICE)
        settings = arguments(client, f"create_{call}", properties) | tags(client, f"create_{call}", place, properties)
        settings["Name"] = place.name(properties.get("Name"), 128)
        made = getattr(client, f"create_{call}")(**settings)["Summary"]
        identity = f"{made['Name']}|{made['Id']}|{properties['Scope']}"
        _, found = standing(place, identity)
        told = {"Arn": made["ARN"], "Id": made["Id"]}
        for name in ("Capacity", "LabelNamespace"):
            if name in found[answer]:
                told[name] = found[answer][name]
        return Result(identity, told)

    def update(place: Place, identity: str, old: Properties, new: Properties) -> Result:
        client = place.client(SERVICE)
        who, found = standing(place, identity)
        settings = arguments(client, f"update_{call}", new) | who | {"LockToken": found["LockToken"]}
        getattr(client, f"update_{call}")(**settings)
        return Result(identity)

    def delete(place: Place, identity: str, properties: Properties) -> None:
        who, found = standing(place, identity)
        getattr(place.client(SERVICE), f"delete_{call}")(**who, LockToken=found["LockToken"])

    return Kind(create, delete, update)


def _log(place: Place, properties: Properties) -> Result:
    client = place.client(SERVICE)
    settings = arguments(client, "put_logging_configuration", {"LoggingConfiguration": properties})
    client.put_logging_configuration(**settings)
    return Result(properties["ResourceArn"])


def _log_otherwise(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    return _log(place, new)


def _log_no_more(place: Place, identity: str, properties: Properties) -> None:
    place.client(SERVICE).delete_logging_configuration(ResourceArn=identity)


KINDS = {
    "AWS::WAFv2::WebACL": _scoped("web_acl", "WebACL"),
    "AWS::WAFv2::IPSet": _scoped("ip_set", "IPSet"),
    "AWS::WAFv2::RegexPatternSet": _scoped("regex_pattern_set", "RegexPatternSet"),
    "AWS::WAFv2::RuleGroup": _scoped("rule_group", "RuleGroup"),
    "AWS::WAFv2::WebACLAssociation": attached(
        SERVICE, "associate_web_acl", "disassociate_web_acl", identity="{WebACLArn}|{ResourceArn}"
    ),
    "AWS::WAFv2::LoggingConfiguration": Kind(_log, _log_no_more, _log_otherwise),
}
