"""What a Pulumi program says to its engine, as plain data: it travels as JSON from the process that ran the program."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that tells secrets, assets, archives and references to resources from ordinary objects; Pulumi SDK, `runtime/rpc.py`."""
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 (a mark, not a secret)
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True, slots=True)
class Registration:
    """
    One resource that the program declares.

    Attributes:
        frames: Where it was declared: (file, line) of each call on the way, the innermost first.
        dependencies: URNs that it says it depends on, or that its properties come from.
        property_dependencies: The same for each property.
        identifier: The id of an existing resource that it reads or imports.
        outputs: What a resource that is there tells: its real identity.
        exists: It is read, not created.
        remote: A component that its own package makes, in a process of the engine's.
    """

    urn: str
    type: str
    name: str
    custom: bool
    inputs: dict[str, Json]
    frames: tuple[tuple[str, int], ...] = ()
    parent: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""
    identifier: str = ""
    outputs: dict[str, Json] = field(default_factory=dict)
    exists: bool = False
    remote: bool = False
    protect: bool = False
    retain: bool = False
    delete_before_replace: bool = False


@dataclass(frozen=True, slots=True)
class Invocation:
    """
    One call of a provider's function.

    Attributes:
        result: What its result has in it: empty texts, in lists and objects, of which only AWS may know the value.
    """

    token: str
    arguments: dict[str, Json]
    result: dict[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recording:
    """Everything that one run of a program told its engine, in order, and what it exports."""

    told: tuple[Registration | Invocation, ...]
    exports: dict[str, Json]

    def as_json(self) -> Json:
        return {"told": [asdict(each) for each in self.told], "exports": self.exports}

    @classmethod
    def from_json(cls, data: Json) -> Recording:
        told = tuple(Invocation(**each) if "token" in each else _registration(each) for each in data["told"])
        return cls(told, data["exports"])


def _registration(data: Json) -> Registration:
    frames = tuple((str(file), int(line)) for file, line in data.pop("frames"))
    return Registration(frames=frames, **data)
