"""
Types whose properties are the parameters of the call that makes them, by the same names: most are.

The service's own model tells which of them it takes, and of what kind each is: templates write numbers and flags as text, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keyturn.local.cloudformation.types.kind import Create, Delete, Kind, Place, Properties, Result, Update, document

TAGS = ("tags", "tagset", "taglist")


def arguments(client: Any, call: str, properties: Properties) -> dict[str, Any]:
    """
    What a call takes of some properties, of the kinds that it takes.

    Args:
        call: By boto3's name, e.g. `create_load_balancer`.
    """
    operation = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call])
    fitted: dict[str, Any] = _fit(operation.input_shape, properties) if operation.input_shape else {}
    return fitted


def by_api(
    service: str,
    create: str,
    delete: str,
    *,
    identity: str,
    parameter: str,
    answer: str = "",
    name: str = "",
    longest: int = 255,
    attributes: Mapping[str, str] | None = None,
    update: str = "",
    renamed: Mapping[str, str] | None = None,
) -> Kind:
    """
    A type that one call makes, and one removes.

    Args:
        create, delete: The calls, by boto3's names.
        answer: Where in the answer the resource is told, e.g. `LoadBalancers.0`; all of it unless said.
        identity: The member there that `Ref` gives; of what the call was given, where the answer does not repeat it.
        parameter: What the call for removal names it by.
        name: The property that names it, where CloudFormation makes a name up; no longer than `longest`.
        update: The call that changes one, if there is one; it names it as the one for removal does.
        attributes: For `Fn::GetAtt`: where in `answer` each is.
        renamed: What the call calls a property otherwise.
    """

    def make(place: Place, properties: Properties) -> Result:
        client = place.client(service)
        settings = arguments(client, create, properties) | tags(client, create, place, properties)
        if name:
            settings |= arguments(client, create, {name: place.name(properties.get(name), longest)})
        for own, called in (renamed or {}).items():
            settings |= arguments(client, create, {called: properties.get(own)})
        made = at(getattr(client, create)(**settings), answer)
        told = {attribute: at(made, path) for attribute, path in (attributes or {}).items()}
        identified = str(made[identity] if identity in made else settings[identity])
        return Result(identified, {attribute: value for attribute, value in told.items() if value is not None})

    return Kind(make, by_id(service, delete, parameter), changes(service, update, parameter) if update else None)


def changes(service: str, call: str, parameter: str) -> Update:
    """A change by a call that takes the id, or the name, and the properties as they are to be."""

    def change(place: Place, identity: str, old: Properties, new: Properties) -> Result:
        client = place.client(service)
        getattr(client, call)(**{**arguments(client, call, new), parameter: identity})
        return Result(identity)

    return change


def put_again(create: Create, delete: Delete, *holders: str, name: str = "") -> Kind:
    """
    A type that is put onto others and is nothing without them, such as a policy: a change puts it again, and takes it from those
    that are not to have it any more.

    Args:
        holders: The properties that list these others.
        name: The property by which they know it: with another one it is another thing.
    """

    def change(place: Place, identity: str, old: Properties, new: Properties) -> Result:
        made = create(place, new)
        left = {each: [one for one in old.get(each) or () if one not in (new.get(each) or ())] for each in holders}
        if name and old.get(name) != new.get(name):
            left = {}
        if not left or any(left.values()):
            delete(place, identity, {**old, **left})
        return Result(identity, made.attributes)

    return Kind(create, delete, change)


def by_id(service: str, call: str, parameter: str) -> Delete:
    """Removal by a call that takes the id, or the name; and those of the properties that it takes."""

    def delete(place: Place, identity: str, properties: Properties) -> None:
        client = place.client(service)
        getattr(client, call)(**{**arguments(client, call, properties), parameter: identity})

    return delete


def attached(service: str, create: str, delete: str, *, identity: str, update: str = "") -> Kind:
    """
    A type that is a bond of two others: made and removed by calls that take the same properties.

    Args:
        identity: The properties that `Ref` gives, as in `{RouteTableId}|{SubnetId}`.
        update: The call that changes one, of the same properties.
    """

    def make(place: Place, properties: Properties) -> Result:
        client = place.client(service)
        getattr(client, create)(**arguments(client, create, properties))
        return Result(identity.format(**properties))

    def unmake(place: Place, identity: str, properties: Properties) -> None:
        client = place.client(service)
        getattr(client, delete)(**arguments(client, delete, properties))

    def change(place: Place, identity: str, old: Properties, new: Properties) -> Result:
        client = place.client(service)
        getattr(client, update)(**arguments(client, update, new))
        return Result(identity)

    return Kind(make, unmake, change if update else None)


def at(answer: Any, path: str) -> Any:
    """What stands at a path such as `LoadBalancers.0.DNSName`; None where it ends early."""
    for step in path.split(".") if path else ():
        members = dict(enumerate(answer)) if isinstance(answer, list) else answer or {}
        answer = members.get(int(step) if isinstance(answer, list) else step)
    return answer


def tags(client: Any, call: str, place: Place, properties: Properties) -> dict[str, Any]:
    """The resource's tags and the stack's, as a call takes them: as a list, a map, or not at all."""
    shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call]).input_shape
    found = next((each for each in shape.members if each.lower() in TAGS), None)
    listed = place.tagged({"Tags": _listed(properties.get("Tags"))})
    if found is None or not listed:
        return {}
    if shape.members[found].type_name == "map":
        return {found: {tag["Key"]: tag["Value"] for tag in listed}}
    return {found: [_fit(shape.members[found].member, tag) for tag in listed]}


def _listed(given: Any) -> list[dict[str, str]]:
    """Tags as a list; some types have them as a map."""
    if isinstance(given, Mapping):
        return [{"Key": str(key), "Value": str(value)} for key, value in given.items()]
    return list(given or ())


def _fit(shape: Any, value: Any) -> Any:
    match shape.type_name:
        case "structure":
            named = {name.lower(): name for name in value if name.lower() not in TAGS}
            wanted = {name: named[name.lower()] for name in shape.members if name.lower() in named}
            return {
                name: _fit(shape.members[name], value[own]) for name, own in wanted.items() if value[own] is not None
            }
        case "list":
            return [_fit(shape.member, each) for each in (value if isinstance(value, list) else [value])]
        case "map":
            return {str(key): _fit(shape.value, each) for key, each in value.items()}
        case "integer" | "long":
            return int(value)
        case "float" | "double":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "string":
            return document(value) if isinstance(value, Mapping | list) else _text(value)
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
