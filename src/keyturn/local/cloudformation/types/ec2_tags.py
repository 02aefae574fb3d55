"""The tags of EC2's resources, which one pair of calls changes for all of them."""

from __future__ import annotations

from typing import Any

from keyturn.local.cloudformation.types.kind import Place, Properties, Result, Update


def specification(place: Place, kind: str, properties: Properties) -> list[dict[str, Any]]:
    """As the calls that make something take them."""
    tags = place.tagged(properties)
    return [{"ResourceType": kind, "Tags": tags}] if tags else []


def retagged(change: Update | None = None) -> Update:
    """
    A change of tags, and of what else.

    Args:
        change: How the rest is changed; None as its result: it is made anew. Without it nothing but tags can be.
    """

    def update(place: Place, identity: str, old: Properties, new: Properties) -> Result | None:
        others = {name for name in {*old, *new} - {"Tags"} if old.get(name) != new.get(name)}
        result: Result | None = Result(identity)
        if others:
            result = change(place, identity, old, new) if change else None
        if result is not None:
            _retag(place, identity, old, new)
        return result

    return update


def _retag(place: Place, identity: str, old: Properties, new: Properties) -> None:
    was, tags = ({tag["Key"]: tag["Value"] for tag in place.tagged(some)} for some in (old, new))
    ec2 = place.client("ec2")
    if gone := was.keys() - tags.keys():
        ec2.delete_tags(Resources=[identity], Tags=[{"Key": key} for key in sorted(gone)])
    if tags and tags != was:
        ec2.create_tags(Resources=[identity], Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
