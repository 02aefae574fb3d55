"""What is there already is known by what it really is, not by what would be made up for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keyturn.read.identity import Identity
from keyturn.read.names.kind import Outputs


def known_already(minted: Identity, outputs: Outputs, told: Mapping[str, Any]) -> Identity:
    """
    An identity with what a resource tells that is there.

    Args:
        outputs: What of the identity each of its outputs is, by Terraform's names.
        told: The outputs that it tells, by the same names.
    """
    if not told:
        return minted
    identity, attributes = minted.identity, dict(minted.attributes)
    for output, what in outputs.items():
        real = told.get(output)
        if isinstance(real, str) and real and isinstance(what, str) and "{" not in what:
            if not what or minted.attributes.get(what) == minted.identity:
                identity = real
            if what:
                attributes[what] = real
    arn = minted.arn
    if isinstance(told.get("arn"), str) and arn is not None:
        arn = told["arn"]
    elif isinstance(arn, str) and isinstance(minted.identity, str) and isinstance(identity, str):
        arn = str(arn).replace(str(minted.identity), identity)
    return Identity(identity, arn, attributes)
