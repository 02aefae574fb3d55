"""
May this caller make this call? Their own policies and the resource's, decided by `keyturn.policy`; refused in AWS's words.

Calls of the account's owner are not asked about, and neither are those of services whose resources are not known here.

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
from keyturn.policy import Decision, Malformed, Request, evaluate

CODES = {"query": "AccessDenied", "rest-xml": "AccessDenied", "ec2": "UnauthorizedOperation"}
"""The error code by protocol; `AccessDeniedException` for the others."""


@dataclass(frozen=True, slots=True)
class Target:
    """
    What a call is about.

    Attributes:
        arn: `*` for actions that have no resource.
        policy: The resource's own policy; None where it has none.
        context: Condition keys that the service adds.
        action: Where policies call it otherwise than the operation is called.
    """

    arn: str = "*"
    policy: Any = None
    context: Mapping[str, str] = field(default_factory=dict)
    action: str = ""


Targets = Callable[[Call, Mapping[str, Any]], "Target | None"]
"""Finds the target of a service's call; None: there is no such resource, so the service is to say so itself."""


Ways = Callable[[str, str], Sequence[Any]]
"""How a function's call, by its ARN, gets to a service: the policies of the endpoint it comes through. Raises Blocked."""


class Authorization:
    """Asks for every call of a user or a role."""

    def __init__(self, targets: Mapping[str, Targets], ways: Ways) -> None:
        """
        Args:
            targets: By service.
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
        find = self._targets.get(call.service)
        if find is None or not call.operation:
            return
        target = find(call, parameters)
        if target is None:
            return
        action = target.action or call.action
        decision = decide(call.caller, action, target, region=call.region, endpoint_policies=endpoint_policies)
        if not decision.allowed:
            from keyturn.local.protocol import protocol

            code = CODES.get(protocol(call.service), "AccessDeniedException")
            raise Refused(
                code, denial(call.caller.arn, action, target.arn, decision), 403 if code == "AccessDenied" else 400
            )


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
    try:
        return evaluate(
            Request(caller.arn, action, target.arn, context=context),
            identity_policies=own.policies,
            permissions_boundaries=own.boundaries,
            resource_policy=target.policy,
            endpoint_policies=endpoint_policies,
        )
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
    about = f" on resource: {resource}" if resource != "*" else ""
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
