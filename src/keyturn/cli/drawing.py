"""The planned world drawn: resources in columns, each to the right of all that it needs."""

from __future__ import annotations

from html import escape

from keyturn.graph import Graph
from keyturn.read.order import Cycle, dependencies, ordered

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 230, 40, 70, 14, 24
"""Of a box, between boxes, and around all, in pixels."""

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1a1a1a }
  .type { font-size: 10px; fill: #666 }
  .title { font-size: 14px; font-weight: 600 }
  rect { fill: #fff; stroke: #8a8a8a; rx: 4 }
  path { fill: none; stroke: #8aa0c0; marker-end: url(#arrow) }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee } .type { fill: #aaa } rect { fill: #222; stroke: #777 } path { stroke: #6f86a8 }
  }
"""


def svg(graphs: list[Graph]) -> str:
    """The graphs below each other, as one SVG document."""
    parts: list[str] = []
    top, right = MARGIN, 0
    for graph in graphs:
        drawn, width, height = _drawn(graph, top)
        parts += drawn
        top += height + MARGIN
        right = max(right, width)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {top}" width="{right}" height="{top}">'
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<polygon points="0,0 8,4 0,8" fill="#8aa0c0"/></marker></defs>'
    )
    return "\n".join([head, f"<style>{STYLE}</style>", arrow, *parts, "</svg>", ""])


def columns(graph: Graph) -> list[list[str]]:
    """
    The resources' names in columns: each stands behind all that it needs, in the order of what it needs, so that lines cross little.
    """
    needs = _needs(graph)
    ranks = _ranks(needs)
    made: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for name, rank in ranks.items():
        made[rank].append(name)
    rows = {name: row for row, name in enumerate(made[0])} if made else {}
    for column in made[1:]:
        column.sort(key=lambda name: sum(rows.get(need, 0) for need in needs[name]) / len(needs[name]))
        rows |= {name: row for row, name in enumerate(column)}
    return made


def direct(graph: Graph) -> dict[str, list[str]]:
    """What each resource needs, without what it waits for by way of others anyway: a line for each would hide the rest."""
    needs = _needs(graph)
    bits = {name: 1 << number for number, name in enumerate(needs)}
    before: dict[str, int] = {}
    """All that a resource waits for, one bit each."""
    kept: dict[str, list[str]] = {}
    for name in _ranks(needs):
        behind = [before.get(need, 0) for need in needs[name]]
        kept[name] = [need for need in needs[name] if not any(each & bits[need] for each in behind)]
        before[name] = 0
        for need, each in zip(needs[name], behind, strict=True):
            before[name] |= bits[need] | each
    return kept


def _needs(graph: Graph) -> dict[str, list[str]]:
    return {
        each.name: [name for name in dependencies(each) if name in graph.resources and name != each.name]
        for each in graph
    }


def _ranks(needs: dict[str, list[str]]) -> dict[str, int]:
    """The length of the longest way to each resource; a circle is opened somewhere."""
    needs = {name: list(needed) for name, needed in needs.items()}
    while True:
        try:
            names = ordered(needs)
            break
        except Cycle as circle:
            needs[circle.names[0]].remove(circle.names[1 % len(circle.names)])
    ranks: dict[str, int] = {}
    for name in names:
        ranks[name] = max((ranks[need] + 1 for need in needs[name]), default=0)
    return ranks


def _drawn(graph: Graph, top: int) -> tuple[list[str], int, int]:
    """The parts of one graph, its width and its height."""
    title = f"{graph.file} ({graph.region})"
    parts = [f'<text class="title" x="{MARGIN}" y="{top + 12}">{escape(title)}</text>']
    below = top + 12 + MARGIN
    places = {
        name: (MARGIN + rank * (WIDTH + GAP_X), below + row * (HEIGHT + GAP_Y))
        for rank, column in enumerate(columns(graph))
        for row, name in enumerate(column)
    }
    parts += [_line(places[need], places[name]) for name, needed in direct(graph).items() for need in needed]
    for resource in graph:
        x, y = places[resource.name]
        parts.append(
            f'<g><title>{escape(f"{resource.place}: {resource}")}</title><rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}"/>'
            f'<text x="{x + 10}" y="{y + 17}">{escape(_short(str(resource)))}</text>'
            f'<text class="type" x="{x + 10}" y="{y + 32}">{escape(resource.type)}</text></g>'
        )
    right = max((x for x, _ in places.values()), default=0) + WIDTH + MARGIN
    bottom = max((y for _, y in places.values()), default=below) + HEIGHT
    return parts, max(right, MARGIN * 2 + 8 * len(title)), bottom - top


def _line(start: tuple[int, int], end: tuple[int, int]) -> str:
    """From a box's right side to another's left one."""
    x1, y1, x2, y2 = start[0] + WIDTH, start[1] + HEIGHT // 2, end[0], end[1] + HEIGHT // 2
    bend = max(30, abs(x2 - x1) // 2)
    return f'<path d="M{x1},{y1} C{x1 + bend},{y1} {x2 - bend},{y2} {x2},{y2}"/>'


def _short(name: str) -> str:
    return name if len(name) <= 32 else f"{name[:15]}…{name[-16:]}"
