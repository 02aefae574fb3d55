"""Where the properties of a resource stand in its template, worked out when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.graph import Path, Place, Value
from keyturn.read.source import Source


class Places(Mapping[Path, Place]):
    """
    Places by the path of a property.

    Args:
        source: The template.
        base: Where the properties stand in it.
        properties: The properties as they were resolved.
        origins: Paths that do not follow from `base`, because a condition chose or left out: resolved path -> path in the template.
    """

    def __init__(
        self, source: Source, base: Path, properties: Mapping[str, Value], origins: Mapping[Path, Path]
    ) -> None:
        self.source = source
        self.base = base
        self.properties = properties
        self.origins = origins

    def origin(self, path: Path) -> Path:
        """The path in the template of a resolved path."""
        for end in range(len(path), -1, -1):
            if (origin := self.origins.get(path[:end])) is not None:
                return origin + path[end:]
        return self.base + path

    def __getitem__(self, path: Path) -> Place:
        origin = self.origin(path)
        # A place that a condition chose is told at its property, not inside the function.
        while origin and origin[-2:-1] == ("Fn::If",):
            origin = origin[:-2]
        found = self.source.find(origin)
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[Path]:
        return (path for path in paths(self.properties) if path in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, path: object) -> bool:
        return isinstance(path, tuple) and self.get(path) is not None


def paths(value: Value, path: Path = ()) -> Iterator[Path]:
    """The path of every value inside a value."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield (*path, key)
            yield from paths(each, (*path, key))
    elif isinstance(value, tuple):
        for index, each in enumerate(value):
            yield (*path, index)
            yield from paths(each, (*path, index))
