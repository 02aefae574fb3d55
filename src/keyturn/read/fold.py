"""
Resources of their own in Terraform and Pulumi that CloudFormation has as properties of another: put where they belong.

A key's policy, a role's inline policies and attachments, a secret's value, a rule's targets.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyturn.graph import Items, Remark, Resource, Text, Unknown, Value
from keyturn.read.names.kind import Part
from keyturn.read.resolve import references


@dataclass(frozen=True, slots=True)
class Folded:
    """The resources that are left, where each part went (part's name -> resource's), and what could not be placed."""

    resources: dict[str, Resource]
    went: dict[str, str]
    remarks: tuple[Remark, ...]


def fold(resources: Mapping[str, Resource], parts: Mapping[str, tuple[Part, Resource]]) -> Folded:
    """
    Put each part into the resource that it names.

    A part whose resource is not declared here stands alone under its own type, or is remarked on if CloudFormation has no such type.
    A reference in a part that leads back to the resource it is put into becomes plain text, so that no cycle comes of it.
    """
    left = dict(resources)
    ways = _Ways(left)
    went: dict[str, str] = {}
    remarks: list[Remark] = []
    for name, (part, resource) in parts.items():
        target = _named(resource.get(part.of), left)
        if target is None and part.reverse and (several := _several(resource.get(part.reverse.of), left)):
            for each in several:
                left[each.name] = _completed(each, part.reverse, resource, ways)
                ways.forget(each.name)
        elif target is None and resource.type:
            left[name] = dataclasses.replace(resource, properties=_alone(part, resource))
        elif target is None:
            remarks.append(Remark(resource.place, f"`{resource}` completes a resource that is not declared here"))
        else:
            went[name] = target.name
            left[target.name] = _completed(target, part, resource, ways)
            ways.forget(target.name)
    return Folded({name: _redirected(resource, went) for name, resource in left.items()}, went, tuple(remarks))


class _Ways:
    """What leads to what among resources; each is looked through once, and again when it has changed."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources
        self._known: dict[str, frozenset[str]] = {}

    def forget(self, name: str) -> None:
        self._known.pop(name, None)

    def lead(self, start: str, end: str) -> bool:
        """Whether a chain of references and dependencies leads from one resource to another."""
        seen: set[str] = set()
        ahead = [start]
        while ahead:
            name = ahead.pop()
            if name == end:
                return True
            if name not in seen:
                seen.add(name)
                ahead += self._next(name)
        return False

    def _next(self, name: str) -> frozenset[str]:
        if name not in self._known:
            resource = self._resources.get(name)
            self._known[name] = frozenset((*resource.depends_on, *mentions(resource.properties)) if resource else ())
        return self._known[name]


def mentions(value: Value) -> Iterator[str]:
    """The logical names that a value refers to, each as often as it does."""
    return (reference.name for reference in references(value))


def _named(value: Value, resources: Mapping[str, Resource]) -> Resource | None:
    if not isinstance(value, str | Unknown):
        return None
    for name in mentions(value):
        if name in resources:
            return resources[name]
    if isinstance(value, Unknown):
        return None
    return next((each for each in resources.values() if value in (each.identity, each.arn)), None)


def _several(value: Value, resources: Mapping[str, Resource]) -> list[Resource]:
    named = [_named(each, resources) for each in value] if isinstance(value, tuple) else []
    return list({each.name: each for each in named if each}.values())


def _alone(part: Part, resource: Resource) -> dict[str, Value]:
    """A part on its own names what it completes in a list: `Roles: [role]`."""
    properties = dict(resource.properties)
    if part.of in properties:
        properties[f"{part.of}s"] = (properties.pop(part.of),)
    return properties


def _completed(target: Resource, part: Part, resource: Resource, ways: _Ways) -> Resource:
    value: Value = {name: of for name, of in resource.properties.items() if name != part.of}
    if part.take:
        value = resource.get(part.take)
    value = _plain(value, {name for name in set(mentions(value)) if ways.lead(name, target.name)})
    at: tuple[str | int, ...] = (part.into,)
    existing = target.get(part.into)
    if part.many:
        items = existing if isinstance(existing, tuple) else ()
        at, value = (part.into, len(items)), (*items, *(value if isinstance(value, tuple) else (value,)))
    depends_on = tuple(
        name
        for name in dict.fromkeys((*target.depends_on, *resource.depends_on))
        if name != target.name and not ways.lead(name, target.name)
    )
    places = {at: resource.place}
    for path, place in resource.places.items():
        if not part.take and path[:1] != (part.of,):
            places[(*at, *path)] = place
        elif part.take and path[:1] == (part.take,):
            places[(*at, *path[1:])] = place
    return dataclasses.replace(
        target,
        properties={**target.properties, part.into: value},
        places={**target.places, **places},
        depends_on=depends_on,
        metadata={**target.metadata, **resource.metadata},
        afterwards=target.afterwards | {part.into},
    )


def _plain(value: Value, names: set[str]) -> Value:
    """The value with references to these resources written out."""
    if not names:
        return value
    match value:
        case Text():
            return str(value) if names & set(mentions(value)) else value
        case Items():
            return value
        case tuple():
            return tuple(_plain(item, names) for item in value)
        case Mapping():
            return {name: _plain(item, names) for name, item in value.items()}
        case _:
            return value


def _redirected(resource: Resource, went: Mapping[str, str]) -> Resource:
    """Dependencies on parts become such on what they went into; those that properties show anyway are left out."""
    if not any(name in went for name in resource.depends_on):
        return resource
    shown = {resource.name, *mentions(resource.properties)}
    names = dict.fromkeys(went.get(name, name) for name in resource.depends_on)
    return dataclasses.replace(resource, depends_on=tuple(name for name in names if name not in shown))
