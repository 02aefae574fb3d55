"""AWS::SSM."""

from __future__ import annotations

from keyturn.local.cloudformation.types.kind import Kind, Place, Properties, Result, pick


def _put(place: Place, name: str, properties: Properties, *, overwrite: bool) -> Result:
    settings = pick(properties, "Type", "Value", "Description", "AllowedPattern", "Tier")
    place.client("ssm").put_parameter(Name=name, Overwrite=overwrite, **settings)
    return Result(name, {"Type": properties["Type"], "Value": properties["Value"]})


def _create(place: Place, properties: Properties) -> Result:
    return _put(place, place.name(properties.get("Name"), 1011), properties, overwrite=False)


def _delete(place: Place, name: str, properties: Properties) -> None:
    place.client("ssm").delete_parameter(Name=name)


def _update(place: Place, name: str, old: Properties, new: Properties) -> Result | None:
    return None if old.get("Name") != new.get("Name") else _put(place, name, new, overwrite=True)


KINDS = {"AWS::SSM::Parameter": Kind(_create, _delete, _update)}
