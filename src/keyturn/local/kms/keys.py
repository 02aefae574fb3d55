"""
Keys as moto keeps them, and who may use them: by the key's policy, its grants, and the caller's own policies.

The decision is `keyturn.policy`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from keyturn.local.kms import grants
from keyturn.local.moto_state import backend
from keyturn.policy import Decision, Grant, Request
from keyturn.policy.kms import aws_managed_key_policy, evaluate

ENABLED = "Enabled"
SYMMETRIC = "SYMMETRIC_DEFAULT"
"""The only kind of key that services encrypt with."""


@dataclass(frozen=True, slots=True)
class Key:
    """
    A key as it is now.

    Attributes:
        policy: Its policy document, as JSON.
        managed: The service whose AWS managed key it is, e.g. `secretsmanager`; empty for a customer's key.
        spec: Its kind: `SYMMETRIC_DEFAULT`, `RSA_2048` …
    """

    arn: str
    region: str
    state: str
    policy: Any
    grants: tuple[Grant, ...]
    managed: str = ""
    spec: str = SYMMETRIC

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]

    @property
    def usable(self) -> bool:
        return self.state == ENABLED

    def decide(
        self,
        principal: str,
        action: str,
        *,
        context: Mapping[str, Any] = {},
        identity_policies: Sequence[Any] = (),
        permissions_boundaries: Sequence[Any] = (),
    ) -> Decision:
        """
        Decide a use of the key.

        Args:
            principal: An ARN or a service principal.
            action: E.g. `kms:Decrypt`.
            context: Condition keys; an encryption context stands under `kms:EncryptionContext:…`.
        """
        request = Request(principal, action, self.arn, context=context)
        return evaluate(
            request,
            key_policy=self.policy,
            grants=self.grants,
            identity_policies=identity_policies,
            permissions_boundaries=permissions_boundaries,
            aws_managed=bool(self.managed),
        )


def of_grant(account: str, region: str, parameters: Mapping[str, Any]) -> Key | None:
    """The key of the grant that is to be retired, by its token or its id, with no other grant on it; None if there is none."""
    token, named = parameters.get("GrantToken"), parameters.get("GrantId")
    for held in backend("kms", account, region).keys.values():
        for grant in held.grants.values():
            if grant.token == token if token else grant.id == named:
                key = find(account, region, held.arn)
                return replace(key, grants=grants.held({grant.id: grant})) if key else None
    return None


def find(account: str, region: str, named: str) -> Key | None:
    """
    The key of an id, an ARN, or an alias, which may be an ARN too; None if there is none.

    Args:
        account, region: Whose key it is where `named` does not say.
    """
    if named.startswith("arn:"):
        parts = named.split(":", 5)
        if len(parts) < 6 or parts[2] != "kms":
            return None
        region, account, named = parts[3], parts[4], parts[5].removeprefix("key/")
    try:
        held = backend("kms", account, region)
    except KeyError:
        return None  # There is no such region.
    if named.startswith("alias/"):
        alias, named = named, held.get_key_id_from_alias(named) or ""
        managed = alias.removeprefix("alias/aws/") if alias.startswith("alias/aws/") else ""
    else:
        managed = next(
            (
                each.alias_name.removeprefix("alias/aws/")
                for each in held.list_aliases(named)
                if each.alias_name.startswith("alias/aws/")
            )
            if named in held.keys
            else iter(()),
            "",
        )
    key = held.keys.get(named)
    if key is None:
        return None
    policy = aws_managed_key_policy(f"{managed}.{region}.amazonaws.com", account) if managed else key.policy
    return Key(key.arn, region, key.key_state, policy, grants.held(key.grants), managed, key.key_spec)
