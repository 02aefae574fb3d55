"""Requests of a function's role: decided by all its policies, and those of what it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from keyturn.checks.evidence.roles import Attached, boundary, condition_keys, policies
from keyturn.graph import Graph, Resource, Site, Unknown, Value
from keyturn.policy import Decision, Request, evaluate, kms


class Role(NamedTuple):
    """A role with its policies."""

    resource: Resource
    attached: tuple[Attached, ...]
    boundary: Value

    @classmethod
    def of(cls, resource: Resource, graph: Graph) -> Role:
        return cls(resource, tuple(policies(resource, graph)), boundary(resource, graph))

    @property
    def own_statements(self) -> Site | None:
        """The first list of statements among its policies to which one more can be added."""
        return next((each.at for each in self.attached if each.at and _is_list(each.document)), None)

    def may(
        self,
        action: str,
        resource: str | Unknown,
        own_policy: object,
        context: Mapping[str, str | Unknown],
        silent_on: frozenset[str] = frozenset(),
    ) -> Decision:
        """
        Decide a call of this role.

        Args:
            resource: The ARN of what it is made on; Unknown if its name is not known.
            own_policy: The policy of that resource; None for none.
            context: Values by condition key, as far as they are known; the others that a policy asks for are taken as unknown.
            silent_on: Condition keys, in lower case, that are known not to be in the request.

        Raises:
            Malformed: A policy is not one that AWS would accept.
        """
        documents = [each.document for each in self.attached]
        asker, owner = _asker(self.resource), self.resource.account
        context = {"aws:SecureTransport": "true", **context}  # AWS's own calls, and its SDKs', are over TLS.
        known = {key.lower() for key in context} | set(Request(asker, action, resource).context)
        asked = set().union(*(condition_keys(each) for each in (*documents, own_policy, self.boundary)))
        request = Request(
            asker,
            action,
            resource,
            resource_account=owner,
            context={
                **context,
                **{key: Unknown(f"what {key} will be is not known") for key in asked - known - silent_on},
            },
        )
        boundaries = () if self.boundary is None else (self.boundary,)
        if action.startswith("kms:"):
            return kms.evaluate(
                request, key_policy=own_policy, identity_policies=documents, permissions_boundaries=boundaries
            )
        return evaluate(
            request, identity_policies=documents, resource_policy=own_policy, permissions_boundaries=boundaries
        )


def _asker(role: Resource) -> str:
    """The role's ARN; one that stands for it where its name is not known."""
    return str(role.arn) if isinstance(role.arn, str) else f"arn:{role.partition}:iam::{role.account}:role/{role.arn}"


def _is_list(document: Value) -> bool:
    return isinstance(document, Mapping) and isinstance(document.get("Statement"), tuple)


def key_policy(key: Resource) -> object:
    """A key's policy: the one it is given, else the one that KMS gives it."""
    return key.get("KeyPolicy") or kms.default_key_policy(key.account, key.partition)
