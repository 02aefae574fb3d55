"""
May this caller make this call? Their own policies and the resource's, decided by `keyturn.policy`; refused in AWS's words.

Nobody is asked about who is free: the account's owner, and users and sessions unless they are to be held to their policies.

Source of the words: IAM user guide, "Troubleshoot access denied error messages".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.call import Call, Caller, Refused
from keyturn.local.identities import identity
from keyturn.local.protocol import protocol
from keyturn.policy import Decision, Malformed, Request, evaluate

CODES = {
    "ec2": ("UnauthorizedOperation", 403),
    "json": ("AccessDeniedException", 400),
    "query": ("AccessDenied", 403),
    "rest-json": ("AccessDeniedException", 403),
    "rest-xml": ("AccessDenied", 403),
}
"""Error code and HTTP status, by protocol."""

ANY = ""
"""A resource that is not known: the call passes where the caller may do it to anything."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    What a call is about.

    Attributes:
        arn: `*` for actions that have no resource; ANY where it is not known.
        key: The KMS key that it is; its grants are asked, too.
        policy: The resource's own policy; None where it has none.
        context: Condition keys that the service adds.
        action: Where policies call it otherwise than the operation is called.
    """

    arn: str = "*"
    policy: Any = None
    context: Mapping[str, str] = field(default_factory=dict)
    action: str = ""
    key: kms.Key | None = None


Targets = Callable[[Call, Mapping[str, Any]], "Target | None"]
"""Finds the target of a service's call; None: there is no such resource, so the service is to say so itself."""


Ways = Callable[[str, str], Sequence[Any]]
"""How a function's call, by its ARN, gets to a service: the policies of the endpoint it comes through. Raises Blocked."""


class Authorization:
    """Asks for every call of a user or a role."""

    def __init__(self, targets: Mapping[str, Targets], ways: Ways) -> None:
        """
        Args:
            targets: By service; `*` for the others.
        """
        self._targets = targets
        self._ways = ways

    def __call__(self, call: Call, parameters: Mapping[str, Any]) -> None:
        """
        Let a call pass.

        Raises:
            Refused: The caller may not make it.
            Blocked: It is a function's, and the network does not let it through.
        """
        endpoint_policies = self._ways(call.caller.function, call.service) if call.caller.function else ()
        if not call.operation:
            return
        target = self._targets.get(call.service, self._targets["*"])(call, parameters)
        if target is None:
            return
        action = target.action or call.action
        decision = decide(call.caller, action, target, region=call.region, endpoint_policies=endpoint_policies)
        if not decision.allowed:
            wording = protocol(call.service)
            text = denial(call.caller.arn, action, target.arn, decision)
            if wording == "ec2":
                text = f"You are not authorized to perform this operation. {text}"
            code, status = CODES[wording]
            raise Refused(code, text, status)


def decide(
    caller: Caller, action: str, target: Target, *, region: str, endpoint_policies: Sequence[Any] = ()
) -> Decision:
    """
    Decide an action of a caller's.

    Args:
        endpoint_policies: Those of the VPC endpoint that the call comes through.
    """
    own = identity(caller, partition(region).name)
    context = {**request_context(caller, region), **target.context}

    def about(resource: str) -> Decision:
        return evaluate(
            Request(caller.arn, action, resource, context=context),
            identity_policies=own.policies,
            permissions_boundaries=own.boundaries,
            resource_policy=target.policy,
            endpoint_policies=endpoint_policies,
        )

    try:
        if target.key is not None:
            return target.key.decide(
                caller.arn,
                action,
                context=context,
                identity_policies=own.policies,
                permissions_boundaries=own.boundaries,
            )
        if target.arn != ANY:
            return about(target.arn)
        decisions = [about(resource) for resource in dict.fromkeys([*own.resources, "*"])]
        return next((each for each in decisions if each.allowed), decisions[-1])
    except Malformed as malformed:
        raise Refused("MalformedPolicyDocument", str(malformed)) from None


def decide_key(
    caller: Caller, action: str, key: kms.Key, *, region: str, context: Mapping[str, str], via: str = ""
) -> Decision:
    """
    Decide a caller's use of a KMS key.

    Args:
        context: The encryption context.
        via: The service that passes the call on, e.g. `secretsmanager`.
    """
    own = identity(caller, partition(region).name)
    conditions = dict(request_context(caller, region))
    conditions |= {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
    if via:
        conditions["kms:ViaService"] = f"{via}.{region}.{partition(region).dns_suffix}"
    return key.decide(
        caller.arn,
        action,
        context=conditions,
        identity_policies=own.policies,
        permissions_boundaries=own.boundaries,
    )


def request_context(caller: Caller, region: str) -> dict[str, str]:
    """The condition keys that every request has."""
    context = {"aws:RequestedRegion": region, "aws:SecureTransport": "true"}
    if caller.function:
        context["lambda:SourceFunctionArn"] = caller.function
    return context


def denial(caller: str, action: str, resource: str, decision: Decision) -> str:
    """AWS's text for a call that is not allowed."""
    about = f" on resource: {resource}" if resource not in ("*", ANY) else ""
    sentence = f"User: {caller} is not authorized to perform: {action}{about}"
    if decision.decision == "explicitly_denied":
        kind = next(iter(_kinds(decision)), "an identity-based policy")
        return f"{sentence} with an explicit deny in {kind}"
    if "endpoint" in decision.reason:
        return f"{sentence} because no VPC endpoint policy allows the {action} action"
    if "boundar" in decision.reason:
        return f"{sentence} because no permissions boundary allows the {action} action"
    return f"{sentence} because no identity-based policy allows the {action} action"


_KINDS = {
    "identity_policies": "an identity-based policy",
    "resource_policy": "a resource-based policy",
    "key_policy": "a resource-based policy",
    "permissions_boundaries": "a permissions boundary",
    "endpoint_policies": "a VPC endpoint policy",
}


def _kinds(decision: Decision) -> Iterator[str]:
    for cited in decision.by:
        if cited.effect == "Deny":
            yield _KINDS.get(cited.policy.partition("[")[0], "a policy")
