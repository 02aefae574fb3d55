"""What the result of a provider's function has in it, as the provider's package declares it."""

from __future__ import annotations

import importlib
from typing import Any

from pulumi import _types

from keyturn.read.names import snake


def texts(token: str) -> tuple[str, ...]:
    """
    The names of the texts in a function's result; none for a package that is not there.

    Args:
        token: E.g. `aws:ec2/getAmi:getAmi`, whose result is `pulumi_aws.ec2.get_ami.GetAmiResult`.
    """
    package, _, rest = token.partition(":")
    module, _, function = rest.rpartition(":")
    path = [f"pulumi_{package}", *(snake(part) for part in module.split("/") if part != "index")]
    try:
        found = importlib.import_module(".".join(path))
        result: Any = getattr(found, f"{function[:1].upper()}{function[1:]}Result")
        declared = _types.output_type_types(result)
    except (ImportError, AttributeError, NameError):
        return ()
    return tuple(name for name, type_ in declared.items() if _types.unwrap_optional_type(type_) is str)
