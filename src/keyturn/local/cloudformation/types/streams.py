"""AWS::Kinesis and AWS::StepFunctions."""

from __future__ import annotations

import json
from typing import Any

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, number, pick


def _create_stream(place: Place, properties: Properties) -> Result:
    kinesis = place.client("kinesis")
    name = place.name(properties.get("Name"), 128)
    settings: dict[str, Any] = {}
    if properties.get("ShardCount") is not None:
        settings["ShardCount"] = number(properties["ShardCount"])
    if mode := properties.get("StreamModeDetails"):
        settings["StreamModeDetails"] = mode
    kinesis.create_stream(StreamName=name, **settings)
    place.began(name)
    if encryption := properties.get("StreamEncryption"):
        kinesis.start_stream_encryption(StreamName=name, **pick(encryption, "EncryptionType", "KeyId"))
    return Result(name, {"Arn": place.arn("kinesis", f"stream/{name}")})


def _delete_stream(place: Place, name: str, properties: Properties) -> None:
    place.client("kinesis").delete_stream(StreamName=name)


def _definition(properties: Properties) -> str:
    """A machine's definition, its `${…}` filled in."""
    text = properties.get("DefinitionString") or json.dumps(properties["Definition"])
    for name, value in (properties.get("DefinitionSubstitutions") or {}).items():
        text = text.replace(f"${{{name}}}", str(value))
    return str(text)


def _create_machine(place: Place, properties: Properties) -> Result:
    name = place.name(properties.get("StateMachineName"), 80)
    tags = [{"key": tag["Key"], "value": tag["Value"]} for tag in place.tagged(properties)]
    kind = {"type": properties["StateMachineType"]} if properties.get("StateMachineType") else {}
    made = place.client("stepfunctions").create_state_machine(
        name=name, definition=_definition(properties), roleArn=properties["RoleArn"], tags=tags, **kind
    )
    return Result(made["stateMachineArn"], {"Arn": made["stateMachineArn"], "Name": name})


def _delete_machine(place: Place, arn: str, properties: Properties) -> None:
    place.client("stepfunctions").delete_state_machine(stateMachineArn=arn)


def _update_machine(place: Place, arn: str, old: Properties, new: Properties) -> Result | None:
    if any(old.get(name) != new.get(name) for name in ("StateMachineName", "StateMachineType")):
        return None
    place.client("stepfunctions").update_state_machine(
        stateMachineArn=arn, definition=_definition(new), roleArn=new["RoleArn"]
    )
    return Result(arn, {"Arn": arn, "Name": arn.rpartition(":")[2]})


KINDS = {
    "AWS::Kinesis::Stream": Kind(_create_stream, _delete_stream),
    "AWS::StepFunctions::StateMachine": Kind(_create_machine, _delete_machine, _update_machine),
}
