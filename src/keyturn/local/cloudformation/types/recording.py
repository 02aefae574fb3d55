"""AWS::Config."""

from __future__ import annotations

from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.types.api import arguments
from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, camel

SERVICE = "config"


def _put_recorder(place: Place, name: str, properties: Properties) -> Result:
    client = place.client(SERVICE)
    recorder = {"name": name, "roleARN": properties["RoleARN"]}
    if group := properties.get("RecordingGroup"):
        recorder["recordingGroup"] = camel(group)
    client.put_configuration_recorder(
        **arguments(client, "put_configuration_recorder", {"ConfigurationRecorder": recorder})
    )
    return Result(name)


def _create_recorder(place: Place, properties: Properties) -> Result:
    return _put_recorder(place, place.name(properties.get("Name")), properties)


def _update_recorder(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_recorder(place, name, new)


def _delete_recorder(place: Place, name: str, properties: Properties) -> None:
    place.client(SERVICE).delete_configuration_recorder(ConfigurationRecorderName=name)


def _put_channel(place: Place, name: str, properties: Properties) -> Result:
    client = place.client(SERVICE)
    channel = {"name": name, **camel(dict(properties.items()))}
    client.put_delivery_channel(**arguments(client, "put_delivery_channel", {"DeliveryChannel": channel}))
    recorders = client.describe_configuration_recorders()["ConfigurationRecorders"]
    for recorder in recorders:  # there is a way out now, so it begins
        client.start_configuration_recorder(ConfigurationRecorderName=recorder["name"])
    return Result(name)


def _create_channel(place: Place, properties: Properties) -> Result:
    return _put_channel(place, place.name(properties.get("Name")), properties)


def _update_channel(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_channel(place, name, new)


def _delete_channel(place: Place, name: str, properties: Properties) -> None:
    client = place.client(SERVICE)
    for recorder in client.describe_configuration_recorders()["ConfigurationRecorders"]:
        client.stop_configuration_recorder(ConfigurationRecorderName=recorder["name"])
    client.delete_delivery_channel(DeliveryChannelName=name)


def _put_rule(place: Place, name: str, properties: Properties) -> Result:
    client = place.client(SERVICE)
    rule = {**dict(properties.items()), "ConfigRuleName": name}
    client.put_config_rule(**arguments(client, "put_config_rule", {"ConfigRule": rule}))
    found = client.describe_config_rules(ConfigRuleNames=[name])["ConfigRules"]
    if not found:
        raise Failed(f"the rule {name} has not come to be")
    return Result(name, {"Arn": found[0]["ConfigRuleArn"], "ConfigRuleId": found[0]["ConfigRuleId"]})


def _create_rule(place: Place, properties: Properties) -> Result:
    return _put_rule(place, place.name(properties.get("ConfigRuleName"), 128), properties)


def _update_rule(place: Place, name: str, old: Properties, new: Properties) -> Result:
    return _put_rule(place, name, new)


def _delete_rule(place: Place, name: str, properties: Properties) -> None:
    place.client(SERVICE).delete_config_rule(ConfigRuleName=name)


KINDS = {
    "AWS::Config::ConfigurationRecorder": Kind(_create_recorder, _delete_recorder, _update_recorder),
    "AWS::Config::DeliveryChannel": Kind(_create_channel, _delete_channel, _update_channel),
    "AWS::Config::ConfigRule": Kind(_create_rule, _delete_rule, _update_rule),
}
