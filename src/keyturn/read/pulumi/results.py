"""What the result of a provider's function has in it, as the provider's package declares it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, get_args, get_origin

from pulumi import _types

from keyturn.read.names import snake
from keyturn.read.pulumi.registration import Json

SEVERAL = 3
"""How many items a list has of which only AWS knows how many there are: programs take the first ones, by their numbers, as of zones."""
DEEPEST = 3
"""How deep objects in results are looked into."""


def shape(token: str) -> dict[str, Json]:
    """
    A function's result without what is in it: empty texts, in lists and objects; nothing else, and none of a package that is not there.

    Args:
        token: E.g. `aws:ec2/getAmi:getAmi`, whose result is `pulumi_aws.ec2.get_ami.GetAmiResult`.
    """
    package, _, rest = token.partition(":")
    module, _, function = rest.rpartition(":")
    path = [f"pulumi_{package.replace('-', '_')}", *(snake(part) for part in module.split("/") if part != "index")]
    try:
        found = importlib.import_module(".".join(path))
        result: Any = getattr(found, f"{function[:1].upper()}{function[1:]}Result")
        return _object(result, 0)
    except (ImportError, AttributeError, NameError):
        return {}


def _object(declared: Any, deep: int) -> dict[str, Json]:
    return {
        name: shaped
        for name, type_ in _types.output_type_types(declared).items()
        if (shaped := _value(type_, deep)) is not None
    }


def _value(declared: Any, deep: int) -> Json:
    plain = _types.unwrap_optional_type(declared)
    if plain is str or plain is Any:
        return ""
    if get_origin(plain) in (list, Sequence):
        item = _value(get_args(plain)[0], deep)
        return None if item is None else [item] * SEVERAL
    if deep < DEEPEST and isinstance(plain, type) and _types.is_output_type(plain):
        return _object(plain, deep + 1)
    return None
