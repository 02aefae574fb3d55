"""The files that planned worlds were read from, as they were then."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from keyturn.graph import Graph
from keyturn.read import Unreadable
from keyturn.read.cloudformation.places import Places
from keyturn.read.source import content


def texts_of(graphs: Iterable[Graph]) -> dict[str, str]:
    """The text of each file that declares something or a part of it, as far as it can be told."""
    texts: dict[str, str] = {}
    files: set[str] = set()
    for graph in graphs:
        for resource in graph:
            if isinstance(resource.places, Places):
                texts.setdefault(resource.place.file, resource.places.source.text)
            else:
                files.update(place.file for place in (resource.place, *resource.places.values()))
    for file in sorted(files - texts.keys()):
        with contextlib.suppress(Unreadable):
            texts[file] = content(file)
    return texts
