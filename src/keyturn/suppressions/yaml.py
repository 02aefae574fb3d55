"""Comments in YAML, and what they are about. A `#` inside a text is no comment."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

import yaml

from keyturn.suppressions.comments import Comment, Written

_HASH = re.compile(r"(?:(?<=\s)|^)#[^\n]*", re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def written(text: str) -> Written:
    """The comments of one document; none of a text that is not YAML."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError):
        return Written((), {})
    ends: dict[int, int] = {}
    texts: list[tuple[int, int]] = []
    _walk(root, ends, texts)
    texts.sort()
    return Written(tuple(_comments(text, texts)), ends)


def _comments(text: str, texts: list[tuple[int, int]]) -> list[Comment]:
    found = []
    for match in _HASH.finditer(text):
        before = bisect_right(texts, (match.start(), len(text))) - 1
        if before >= 0 and match.start() < texts[before][1]:
            continue
        begin = text.rfind("\n", 0, match.start()) + 1
        column = match.start() - begin + 1
        line = text.count("\n", 0, match.start()) + 1
        found.append(Comment(line, column, match[0].rstrip(), not text[begin : match.start()].strip()))
    return found


def _walk(root: Any, ends: dict[int, int], texts: list[tuple[int, int]]) -> None:
    """Note the lines of every pair and item, and the spans of all texts. What an alias names is noted where it is written."""
    known: dict[int, int] = {}

    def last_line(node: Any) -> int:
        if id(node) in known:
            return known[id(node)]
        known[id(node)] = node.start_mark.line + 1
        if isinstance(node, yaml.ScalarNode):
            texts.append((node.start_mark.index, node.end_mark.index))
            block = node.style in ("|", ">") and node.end_mark.column == 0
            last = node.end_mark.line + (0 if block else 1)
        else:
            last = node.start_mark.line + 1
            for item in node.value:
                first, end = item if isinstance(item, tuple) else (item, item)
                begin = first.start_mark.line + 1
                inner = max(last_line(first), last_line(end))
                ends[begin] = max(inner, ends.get(begin, begin))
                last = max(last, inner)
            if node.flow_style:
                last = max(last, node.end_mark.line + 1)
        known[id(node)] = last
        return last

    if root is not None:
        last_line(root)
