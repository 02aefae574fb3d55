"""AWS::Lambda."""

from __future__ import annotations

import io
import time
import zipfile
from pathlib import Path
from typing import Any

from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number, pick, truth

PAUSE = 0.02  # seconds between two looks at a function that is not active yet

CFNRESPONSE = Path(__file__).parent.parent / "cfnresponse.py"
"""Goes with code that stands in a template as text."""

PLAIN = (
    "Handler",
    "Runtime",
    "Role",
    "Description",
    "VpcConfig",
    "Layers",
    "TracingConfig",
    "DeadLetterConfig",
    "Architectures",
    "LoggingConfig",
    "PackageType",
)


def _code(properties: Properties) -> dict[str, Any]:
    code = properties["Code"]
    if "ZipFile" not in code:
        return pick(code, "S3Bucket", "S3Key", "S3ObjectVersion", "ImageUri")
    python = not str(properties.get("Runtime", "")).startswith("node")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.py" if python else "index.js", code["ZipFile"])
        if python:
            archive.write(CFNRESPONSE, CFNRESPONSE.name)
    return {"ZipFile": buffer.getvalue()}


def _configuration(properties: Properties) -> dict[str, Any]:
    settings: dict[str, Any] = pick(properties, *PLAIN)
    settings |= {
        name: number(properties[name]) for name in ("MemorySize", "Timeout") if properties.get(name) is not None
    }
    if environment := properties.get("Environment"):
        variables = environment.get("Variables") or {}
        settings["Environment"] = {"Variables": {name: _text(value) for name, value in variables.items()}}
    if properties.get("KmsKeyArn"):
        settings["KMSKeyArn"] = properties["KmsKeyArn"]
    if size := (properties.get("EphemeralStorage") or {}).get("Size"):
        settings["EphemeralStorage"] = {"Size": number(size)}
    return settings


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _create_function(place: Place, properties: Properties) -> Result:
    functions = place.client("lambda")
    name = place.name(properties.get("FunctionName"), 64)
    tags = {tag["Key"]: tag["Value"] for tag in place.tagged(properties)}
    functions.create_function(FunctionName=name, Code=_code(properties), Tags=tags, **_configuration(properties))
    place.began(name)
    if properties.get("ReservedConcurrentExecutions") is not None:
        functions.put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=number(properties["ReservedConcurrentExecutions"])
        )
    return _function(functions, name)


def _function(functions: Any, name: str) -> Result:
    while (found := functions.get_function(FunctionName=name)["Configuration"]).get("State", "Active") == "Pending":
        time.sleep(PAUSE)
    return Result(name, {"Arn": found["FunctionArn"]})


def _delete_function(place: Place, name: str, properties: Properties) -> None:
    place.client("lambda").delete_function(FunctionName=name)


def _update_function(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(each) != new.get(each) for each in ("FunctionName", "PackageType")):
        return None
    functions = place.client("lambda")
    if old.get("Code") != new.get("Code"):
        functions.update_function_code(FunctionName=name, **_code(new))
    settings = {
        each: value for each, value in _configuration(new).items() if each not in ("Architectures", "PackageType")
    }
    functions.update_function_configuration(FunctionName=name, **settings)
    reserved = "ReservedConcurrentExecutions"
    if old.get(reserved) != new.get(reserved):
        if new.get(reserved) is not None:
            functions.put_function_concurrency(FunctionName=name, **{reserved: number(new[reserved])})
        else:
            functions.delete_function_concurrency(FunctionName=name)
    return _function(functions, name)


def _create_permission(place: Place, properties: Properties) -> Result:
    identity = place.name(None, 100)
    settings = pick(
        properties,
        "FunctionName",
        "Action",
        "Principal",
        "SourceArn",
        "SourceAccount",
        "EventSourceToken",
        "PrincipalOrgID",
    )
    place.client("lambda").add_permission(StatementId=identity, **settings)
    return Result(identity, {"Id": identity})


def _delete_permission(place: Place, identity: str, properties: Properties) -> None:
    place.client("lambda").remove_permission(FunctionName=properties["FunctionName"], StatementId=identity)


def _create_version(place: Place, properties: Properties) -> Result:
    made = place.client("lambda").publish_version(**pick(properties, "FunctionName", "Description"))
    return Result(made["FunctionArn"], {"Version": made["Version"], "FunctionArn": made["FunctionArn"]})


def _delete_version(place: Place, arn: str, properties: Properties) -> None:
    place.client("lambda").delete_function(FunctionName=properties["FunctionName"], Qualifier=arn.rpartition(":")[2])


def _create_alias(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "FunctionName", "FunctionVersion", "Name", "Description")
    made = place.client("lambda").create_alias(**settings)
    return Result(made["AliasArn"], {"AliasArn": made["AliasArn"]})


def _update_alias(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    settings = pick(new, "FunctionName", "FunctionVersion", "Name", "Description")
    place.client("lambda").update_alias(**settings)
    return Result(arn)


def _delete_alias(place: Place, arn: str, properties: Properties) -> None:
    place.client("lambda").delete_alias(**pick(properties, "FunctionName", "Name"))


def _create_layer(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "Content", "Description", "CompatibleRuntimes", "LicenseInfo")
    made = place.client("lambda").publish_layer_version(
        LayerName=place.name(properties.get("LayerName"), 64), **settings
    )
    return Result(made["LayerVersionArn"], {"LayerVersionArn": made["LayerVersionArn"]})


def _delete_layer(place: Place, arn: str, properties: Properties) -> None:
    *_, name, version = arn.split(":")
    place.client("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


def _source(properties: Properties) -> dict[str, Any]:
    settings: dict[str, Any] = pick(properties, "FunctionName")
    if "BatchSize" in properties:
        settings["BatchSize"] = number(properties["BatchSize"])
    if "Enabled" in properties:
        settings["Enabled"] = truth(properties["Enabled"])
    return settings


def _create_mapping(place: Place, properties: Properties) -> Result:
    settings = pick(properties, "EventSourceArn", "StartingPosition") | _source(properties)
    made = place.client("lambda").create_event_source_mapping(**settings)
    return Result(made["UUID"], {"Id": made["UUID"]})


def _update_mapping(place: Place, identity: str, old: Properties, new: Properties) -> Result:
    place.client("lambda").update_event_source_mapping(UUID=identity, **_source(new))
    return Result(identity)


def _delete_mapping(place: Place, identity: str, properties: Properties) -> None:
    place.client("lambda").delete_event_source_mapping(UUID=identity)


def _create_url(place: Place, properties: Properties) -> Result:
    client = place.client("lambda")
    where = {"FunctionName": properties["TargetFunctionArn"], **pick(properties, "Qualifier")}
    made = client.create_function_url_config(**arguments(client, "create_function_url_config", properties) | where)
    return Result(made["FunctionArn"], {"FunctionArn": made["FunctionArn"], "FunctionUrl": made["FunctionUrl"]})


def _update_url(place: Place, arn: str, old: Properties, new: Properties) -> Result:
    client = place.client("lambda")
    where = {"FunctionName": new["TargetFunctionArn"], **pick(new, "Qualifier")}
    client.update_function_url_config(**arguments(client, "update_function_url_config", new) | where)
    return Result(arn)


def _delete_url(place: Place, arn: str, properties: Properties) -> None:
    where = {"FunctionName": properties["TargetFunctionArn"], **pick(properties, "Qualifier")}
    place.client("lambda").delete_function_url_config(**where)


KINDS = {
    "AWS::Lambda::Url": Kind(_create_url, _delete_url, _update_url),
    "AWS::Lambda::Function": Kind(_create_function, _delete_function, _update_function),
    "AWS::Lambda::Permission": Kind(_create_permission, _delete_permission),
    "AWS::Lambda::Version": Kind(_create_version, _delete_version),
    "AWS::Lambda::Alias": Kind(_create_alias, _delete_alias, _update_alias),
    "AWS::Lambda::LayerVersion": Kind(_create_layer, _delete_layer),
    "AWS::Lambda::EventSourceMapping": Kind(_create_mapping, _delete_mapping, _update_mapping),
}
