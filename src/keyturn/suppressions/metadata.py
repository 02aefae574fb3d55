"""
Suppressions in the metadata of a CloudFormation resource, for templates in JSON and for what makes templates:
`Metadata: {keyturn: {ignore: [{check: db-public, reason: a sandbox}]}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.graph import Place, Resource, Value
from keyturn.read.cloudformation.places import Places
from keyturn.suppressions import Complaint, Declared, Suppression, complaint_of

_WANTED = "write `keyturn: {ignore: [{check: …, reason: …}]}`"


def suppressions(resource: Resource) -> Iterator[Suppression | Complaint]:
    """What a resource's metadata say, and what is wrong with it."""
    noted = resource.metadata.get("Metadata")
    said = noted.get("keyturn") if isinstance(noted, Mapping) else None
    if said is None:
        return
    place = _place(resource, "ignore")
    if not isinstance(said, Mapping) or set(said) != {"ignore"} or not isinstance(said["ignore"], tuple | list):
        yield Complaint(_place(resource), "the metadata for keyturn are not understood", _WANTED)
        return
    for number, item in enumerate(said["ignore"]):
        place = _place(resource, "ignore", number)
        if not isinstance(item, Mapping) or not set(item) <= {"check", "reason"} or "check" not in item:
            yield Complaint(place, "the metadata for keyturn are not understood", _WANTED)
            continue
        check, reason = str(item["check"]), _text(item.get("reason"))
        wrong = complaint_of(check, reason, place)
        yield wrong or Suppression(check, reason, place, Declared(resource.name, resource.place), "metadata")


def _text(value: Value) -> str:
    return value if isinstance(value, str) else ""


def _place(resource: Resource, *path: str | int) -> Place:
    if not isinstance(resource.places, Places):
        return resource.place
    return resource.places.source.place(("Resources", resource.name, "Metadata", "keyturn", *path))
