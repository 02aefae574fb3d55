"""What an expression mentions, told without working it out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from keyturn.graph import Unknown
from keyturn.read.cloudformation.conditions import Conditions

SUBSTITUTE = re.compile(r"\$\{([^{}]*)\}")
"""What `Fn::Sub` puts something in for."""


def mentions(data: Any, conditions: Conditions) -> Iterator[str]:
    """The names that an expression mentions where its conditions lead, parameters among them."""
    open_ = [data]
    while open_:
        data = open_.pop()
        if isinstance(data, list):
            open_ += data
        elif isinstance(data, dict):
            for key, each in data.items():
                if key == "Ref" and isinstance(each, str):
                    yield each
                elif key == "Fn::GetAtt":
                    yield from _of_attribute(each, conditions)
                elif key == "Fn::Sub":
                    yield from _of_text(each, conditions)
                elif key == "Fn::If" and isinstance(each, list) and len(each) == 3:
                    holds = conditions.holds(each[0], ())
                    if not isinstance(holds, Unknown):
                        open_.append(each[1 if holds else 2])
                else:
                    open_.append(each)


def _of_attribute(data: Any, conditions: Conditions) -> Iterator[str]:
    if isinstance(data, str):
        yield data.partition(".")[0]
    elif isinstance(data, list) and data:
        if isinstance(data[0], str):
            yield data[0]
        yield from mentions(data[1:], conditions)


def _of_text(data: Any, conditions: Conditions) -> Iterator[str]:
    named: Any = {}
    if isinstance(data, list) and len(data) == 2:
        data, named = data
        yield from mentions(named, conditions)
    if isinstance(data, str):
        for name in SUBSTITUTE.findall(data):
            if not name.startswith("!") and name not in named:
                yield name.strip().partition(".")[0]
