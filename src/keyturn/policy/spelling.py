"""
Actions that do not exist: AWS accepts most policies that name them, and then nothing is allowed or denied by that name.

The names are those of the services in `actions.txt`; of other services nothing is said. Nor is it of names that AWS added since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from keyturn.policy.fault import Fault, Notes, Steps, place_of
from keyturn.policy.json_text import loaded
from keyturn.policy.match import Glob, tokens
from keyturn.policy.wording import did_you_mean, short

_LIST = Path(__file__).with_name("actions.txt")


@cache
def actions() -> dict[str, tuple[str, ...]]:
    """The names of each service's actions, as AWS writes them."""
    known: dict[str, tuple[str, ...]] = {}
    service = ""
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            known[service] += tuple(line.split())
        elif not line.startswith("#"):
            service = line.rstrip(":")
            known[service] = ()
    return known


def unknown_actions(policy: object) -> tuple[Fault, ...]:
    """
    The actions of a policy document that no service has, each with its place.

    Args:
        policy: A JSON text or plain data, as `parse` takes them.
    """
    if isinstance(policy, str):
        policy = loaded(policy, Notes())
    statements = policy.get("Statement", ()) if isinstance(policy, Mapping) else ()
    if isinstance(statements, list | tuple):
        places: list[tuple[Steps, Any]] = [(("Statement", index), each) for index, each in enumerate(statements)]
    else:
        places = [(("Statement",), statements)]
    return tuple(fault for path, each in places if isinstance(each, Mapping) for fault in _of_statement(each, path))


def _of_statement(statement: Mapping[str, object], path: Steps) -> Iterator[Fault]:
    for element in ("Action", "NotAction"):
        named = statement.get(element, ())
        for index, text in enumerate(Notes().texts(named, (), "an action")):
            if isinstance(text, str) and (fault := _unknown(text, place_of(index, named, (*path, element)))):
                yield fault


def _unknown(action: str, place: Steps) -> Fault | None:
    service, colon, name = action.partition(":")
    names = actions().get(service.lower())
    if not colon or names is None:
        return None
    if "*" in name or "?" in name:
        glob = Glob(tokens(name.lower()))
        found = any(glob.matches(each.lower()) for each in names)
    else:
        found = name.lower() in {each.lower() for each in names}
    if found:
        return None
    return Fault(
        place,
        f"`{short(action)}` is no action of {service.lower()}",
        did_you_mean(action, [f"{service}:{each}" for each in names]),
    )
