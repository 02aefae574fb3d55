"""
The account that a program is for, where its user does not say: the one that it names as its own.

A program may say its account in full, as most exported ones do: the key policy that lets the root of `444455556666` do everything is
refused anywhere but there, and so are senders that are let in for `aws:SourceAccount` alone. Trust policies name the accounts of others.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from keyturn.graph import Graph, Resource, Value
from keyturn.read.world import ACCOUNT, Options

CONDITIONS = frozenset(("aws:sourceaccount", "kms:calleraccount"))

_ROOT = re.compile(r"(?:arn:aws[a-z-]*:iam::)?(\d{12})(?::root)?")
_ACCOUNT = re.compile(r"\d{12}")


def for_its_own(read: Callable[[Options], tuple[Graph, ...]], options: Options) -> tuple[Graph, ...]:
    """What a reader reads; once more for the account that the program names, where no other is asked for."""
    graphs = read(options)
    if options.account == ACCOUNT and (own := named(graphs)) is not None:
        return read(dataclasses.replace(options, account=own))
    return graphs


def named(graphs: Iterable[Graph]) -> str | None:
    """The one account that a program's policies name as their own where nothing else says it; None if that is not another, or not one."""
    found = {
        account for graph in graphs if graph.account == ACCOUNT for resource in graph for account in _accounts(resource)
    }
    return found.pop() if len(found) == 1 and ACCOUNT not in found else None


def _accounts(resource: Resource) -> Iterator[str]:
    for value in resource.properties.values():
        if isinstance(value, str) or not isinstance(
            value, Mapping
        ):  # Of a string, an abstract class takes its time to say so.
            continue
        statements = value.get("Statement")
        for statement in statements if isinstance(statements, tuple) else (statements,):
            if isinstance(statement, Mapping):
                yield from _conditions(statement.get("Condition"))
                if resource.type == "AWS::KMS::Key" and "kms:*" in _texts(statement.get("Action")):
                    principal = statement.get("Principal")
                    roots = _texts(principal.get("AWS") if isinstance(principal, Mapping) else None)
                    yield from (match[1] for each in roots if (match := _ROOT.fullmatch(each)))


def _conditions(condition: Value) -> Iterator[str]:
    for operator in condition.values() if isinstance(condition, Mapping) else ():
        for key, values in operator.items() if isinstance(operator, Mapping) else ():
            if key.lower() in CONDITIONS:
                yield from (each for each in _texts(values) if _ACCOUNT.fullmatch(each))


def _texts(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(str(each) for each in items if isinstance(each, str))
