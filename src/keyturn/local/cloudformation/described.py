"""What the API tells of stacks, in its shapes."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.stack import Made, Stack


def stack(found: Stack, parent: Stack | None = None) -> dict[str, Any]:
    """
    As in DescribeStacks.

    Args:
        parent: The stack that it is a resource of.
    """
    secret = {
        name
        for name, each in found.graph.parameters.items()
        if str(each.declaration.get("NoEcho", "")).lower() == "true"
    }
    outputs = [
        {
            "OutputKey": name,
            "OutputValue": value,
            "Description": found.graph.outputs[name].description or None,
            "ExportName": found.exports.get(name),
        }
        for name, value in found.outputs.items()
        if name in found.graph.outputs
    ]
    return _known(
        {
            "StackId": found.id,
            "StackName": found.name,
            "ParentId": parent.id if parent else None,
            "Description": found.description or None,
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": "****" if name in secret else value}
                for name, value in values(found).items()
            ],
            "CreationTime": found.created,
            "LastUpdatedTime": found.updated,
            "DeletionTime": found.deleted,
            "RollbackConfiguration": {},
            "StackStatus": found.status,
            "StackStatusReason": found.reason or None,
            "DisableRollback": found.on_failure == "DO_NOTHING",
            "NotificationARNs": [],
            "Capabilities": list(found.capabilities),
            "Outputs": [_known(output) for output in outputs],
            "Tags": [{"Key": key, "Value": value} for key, value in found.tags.items()],
            "EnableTerminationProtection": found.protected,
            "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        }
    )


def values(found: Stack) -> dict[str, str]:
    """The parameters' values: as given, else their defaults."""
    told: dict[str, str] = {}
    for name, each in found.graph.parameters.items():
        default = each.declaration.get("Default")
        value = each.given if each.given is not None else default
        if value is not None:
            told[name] = str(value)
    return told


def summary(found: Stack) -> dict[str, Any]:
    """As in ListStacks."""
    return _known(
        {
            "StackId": found.id,
            "StackName": found.name,
            "TemplateDescription": found.description or None,
            "CreationTime": found.created,
            "LastUpdatedTime": found.updated,
            "DeletionTime": found.deleted,
            "StackStatus": found.status,
            "StackStatusReason": found.reason or None,
            "DriftInformation": {"StackDriftStatus": "NOT_CHECKED"},
        }
    )


def events(found: Stack) -> list[dict[str, Any]]:
    """As in DescribeStackEvents: the newest first."""
    return [
        _known(
            {
                "StackId": found.id,
                "EventId": event.id,
                "StackName": found.name,
                "LogicalResourceId": event.logical,
                "PhysicalResourceId": event.physical,
                "ResourceType": event.type,
                "Timestamp": event.time,
                "ResourceStatus": event.status,
                "ResourceStatusReason": event.reason or None,
            }
        )
        for event in reversed(found.events)
    ]


def resource(found: Stack, made: Made) -> dict[str, Any]:
    """As in DescribeStackResources; other operations take what they know of it."""
    return _known(
        {
            "StackName": found.name,
            "StackId": found.id,
            "LogicalResourceId": made.logical,
            "PhysicalResourceId": made.identity or None,
            "ResourceType": made.type,
            "Timestamp": made.changed,
            "LastUpdatedTimestamp": made.changed,
            "ResourceStatus": made.status,
            "ResourceStatusReason": made.reason or None,
            "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
        }
    )


def _known(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not None}
