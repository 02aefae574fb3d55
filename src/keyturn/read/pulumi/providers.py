"""
Where a provider works, by what it is configured with: in a stack's configuration (`aws:region`), or as a resource of the program.

Source: the configuration of Pulumi's AWS and AWS Cloud Control providers; read 2026-11.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

_SETTINGS = ("region", "allowedAccountIds", "assumeRole", "assumeRoles")
_ACCOUNT = re.compile(r"\d{12}")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/")


def configured(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a stack's configuration tells the provider that the program does not make itself: the one for `aws` before `aws-native`."""
    return {
        name: told
        for package in ("aws-native", "aws")
        for name in _SETTINGS
        if (told := config.get(f"{package}:{name}")) is not None
    }


def account(settings: Mapping[str, Any]) -> str | None:
    """The account of the role that a provider assumes last, else the only one that it may work in; None if that is not said."""
    roles = _ROLE.findall(json.dumps([settings.get("assumeRole"), settings.get("assumeRoles")]))
    allowed = _plain(settings.get("allowedAccountIds"))
    if roles:
        return str(roles[-1])
    if isinstance(allowed, list) and len(allowed) == 1 and _ACCOUNT.fullmatch(str(allowed[0])):
        return str(allowed[0])
    return None


def _plain(value: Any) -> Any:
    """A setting that is no text travels as JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
