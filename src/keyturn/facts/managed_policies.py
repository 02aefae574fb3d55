"""
The managed policies of AWS: which there are, and what those allow that functions' roles mostly have.

Source: iam:ListPolicies and iam:GetPolicyVersion, in the copy of moto 5.2.5, up to 2026-09-30. `tools/generate_managed_policies.py` writes
the data. The same is told by https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html, policy by policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from keyturn.facts import stored
from keyturn.facts.error import AwsError

DATA_DAY = "2026-09-30"
"""The day of the newest policy in the list; AWS adds some every week."""

NOT_ATTACHABLE = AwsError("PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role.")
"""The answer to a policy of service-linked roles that is attached to another."""

_FOR_SERVICES = "aws-service-role/"
_MAKERS = re.compile(r"^(aws|amazon)|[-_]", re.IGNORECASE)


@cache
def names() -> frozenset[str]:
    """Path and name of every managed policy, as they stand in its ARN behind `policy/`."""
    lines = stored.text("managed_policies.txt").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def meant(name: str) -> str | None:
    """The managed policy that a path and name were meant for: the same name under another path, or spelled a little differently."""
    plain = _plain(name)
    return min((each for each in names() if _plain(each) == plain), default=None)


def for_services_only(name: str) -> bool:
    """Whether a policy can be attached to service-linked roles only."""
    return name.startswith(_FOR_SERVICES)


def document(arn: str) -> Mapping[str, Any] | None:
    """The document of a managed policy; None for one that is not known here."""
    owner, _, name = arn.partition(":policy/")
    return _documents().get(name) if owner.endswith(":iam::aws") else None


def missing(arn: str) -> AwsError:
    """The answer to a policy that does not exist."""
    return AwsError("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.", 404)


def _plain(name: str) -> str:
    return _MAKERS.sub("", _MAKERS.sub("", name.rpartition("/")[2])).lower()


@cache
def _documents() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(stored.text("managed_policies.json"))
    return loaded
