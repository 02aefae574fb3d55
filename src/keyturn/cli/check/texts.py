"""The files that planned worlds were read from, as they were then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from keyturn.check import Finding
from keyturn.graph import Graph, Site
from keyturn.read import Unreadable
from keyturn.read.cloudformation.places import Places
from keyturn.read.source import content


def texts_of(graphs: Iterable[Graph]) -> dict[str, str]:
    """The text of each file that declares something, as far as it can be told."""
    texts: dict[str, str] = {}
    for graph in graphs:
        for resource in graph:
            file = resource.place.file
            if isinstance(resource.places, Places):
                texts.setdefault(file, resource.places.source.text)
            elif file not in texts:
                try:
                    texts[file] = content(file)
                except Unreadable:
                    continue
    return texts


def sites(finding: Finding) -> Iterator[Site]:
    """All that a finding points at."""
    yield finding.at
    for note in finding.related:
        yield note.at
