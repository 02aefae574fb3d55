"""AWS::SSM."""

from __future__ import annotations

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, pick


def _put(place: Place, name: str, properties: Properties, *, overwrite: bool) -> Result:
    settings = pick(properties, "Type", "Value", "Description", "AllowedPattern", "Tier")
    place.client("ssm").put_parameter(Name=name, Overwrite=overwrite, **settings)
    return Result(name, {"Type": properties["Type"], "Value": properties["Value"]})


def _create(place: Place, properties: Properties) -> Result:
    made = _put(place, place.name(properties.get("Name"), 1011), properties, overwrite=False)
    place.began(made.identity)
    if tags := {**place.tags, **(properties.get("Tags") or {})}:
        told = [{"Key": key, "Value": str(value)} for key, value in tags.items()]
        place.client("ssm").add_tags_to_resource(ResourceType="Parameter", ResourceId=made.identity, Tags=told)
    return made


def _delete(place: Place, name: str, properties: Properties) -> None:
    place.client("ssm").delete_parameter(Name=name)


def _update(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    changed = _put(place, name, new, overwrite=True)
    was, tags = old.get("Tags") or {}, new.get("Tags") or {}
    ssm = place.client("ssm")
    if gone := sorted(was.keys() - tags.keys()):
        ssm.remove_tags_from_resource(ResourceType="Parameter", ResourceId=name, TagKeys=gone)
    if tags and tags != was:
        told = [{"Key": key, "Value": str(value)} for key, value in tags.items()]
        ssm.add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=told)
    return changed


KINDS = {"AWS::SSM::Parameter": Kind(_create, _delete, _update)}
