"""
The functions of the AWS provider.

Source: the provider's documentation, "Functions"; read 2026-11.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.values import Raw

PARTS = ("partition", "service", "region", "account_id", "resource")


def _parsed(arn: str) -> dict[str, str]:
    parts = plain(arn).split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        raise HclError("not an ARN")
    return dict(zip(PARTS, parts[1:], strict=True))


def _without_path(arn: str) -> str:
    """The ARN of a role as if it had no path."""
    parts = _parsed(arn)
    kind, *path = parts["resource"].split("/")
    if kind != "role" or parts["service"] != "iam" or not path:
        raise HclError("not the ARN of a role")
    return plain(arn).removesuffix(parts["resource"]) + f"role/{path[-1]}"


OF_PROVIDER: Mapping[str, Callable[..., Raw]] = {
    "provider::aws::arn_build": lambda *parts: ":".join(("arn", *parts)),
    "provider::aws::arn_parse": _parsed,
    "provider::aws::trim_iam_role_path": _without_path,
}
