"""A block's body -> what a resource is configured with: arguments, nested blocks as lists, dynamic blocks written out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.evaluate import Evaluator
from keyturn.read.terraform.hcl.syntax import Block, Body, Expression, Name
from keyturn.read.terraform.hcl.values import Instance, Raw, pairs

Value: TypeAlias = Callable[[Expression, Evaluator], Raw]
"""Works an expression out; what cannot be worked out is given as unknown."""

ARGUMENTS = ("count", "for_each", "provider", "providers", "depends_on")
BLOCKS = ("lifecycle", "provisioner", "connection", "timeouts")
"""What Terraform itself takes from a resource; the rest is its provider's."""


def inputs(body: Body, value: Value, evaluator: Evaluator) -> dict[str, Raw]:
    """What the body of a resource or data source gives its provider, nulls and dynamic blocks without content left out."""
    made = {
        name: value(argument.value, evaluator) for name, argument in body.arguments.items() if name not in ARGUMENTS
    }
    for block in body.blocks:
        if block.type in BLOCKS:
            continue
        name = block.labels[0] if block.type == "dynamic" and block.labels else block.type
        found = list(_items(block, value, evaluator))
        if found and isinstance(items := made.setdefault(name, []), list):
            items += found
    return {name: each for name, each in made.items() if each is not None}


def _items(block: Block, value: Value, evaluator: Evaluator) -> Iterator[Raw]:
    if block.type != "dynamic" or not block.labels:
        yield inputs(block.body, value, evaluator)
        return
    content = next(iter(block.body.of_type("content")), None)
    collection = block.body.arguments.get("for_each")
    if content is None or collection is None:
        return
    try:
        each = evaluator.raw(collection.value)
        each = each.settled() if isinstance(each, Instance) else each
    except HclError:
        each = value(collection.value, evaluator)
    iterator = block.body.arguments.get("iterator")
    name = iterator.value.name if iterator is not None and isinstance(iterator.value, Name) else block.labels[0]
    try:
        items = list(pairs(each))
    except HclError:
        yield each  # How many there are is not known.
        return
    for key, item in items:
        named = {"key": key, "value": item}
        yield inputs(content.body, value, evaluator.within({name: named}))
