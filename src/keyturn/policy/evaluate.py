"""
The decision: what all the policies that apply to a request make of it together.

Policies are heard first, each kind by itself; then the rules are applied, which read from top to bottom. When something is unknown they
are applied twice: as if it all turned out against who asks, and as if in favour. Where both come to the same it is decided, because
nothing lies between: an Allow never turns into a denial, nor a Deny into a permission.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from keyturn.policy.case import Case
from keyturn.policy.decision import Decision, cite
from keyturn.policy.document import Document, read
from keyturn.policy.opinion import Opinion
from keyturn.policy.principal import Kind, Reach
from keyturn.policy.request import Request
from keyturn.policy.rules import rule
from keyturn.policy.services import resource_controlled, resource_policy_counts
from keyturn.policy.statements import Sort

Policy: TypeAlias = Any
"""A policy document: parsed, as JSON text, as plain data, or `Unknown`."""

_GATEWAY_ENDPOINTS = ("s3:", "dynamodb:")


def evaluate(
    request: Request,
    *,
    identity_policies: Sequence[Policy] = (),
    resource_policy: Policy | None = None,
    permissions_boundaries: Sequence[Policy] = (),
    session_policy: Policy | None = None,
    service_control_policies: Sequence[Sequence[Policy]] = (),
    resource_control_policies: Sequence[Sequence[Policy]] = (),
    endpoint_policies: Sequence[Policy] = (),
) -> Decision:
    """
    Decide a request.

    Args:
        request: Who asks for what, in which circumstances.
        identity_policies: All policies of the user or role, those of its groups too.
        resource_policy: The policy of the resource, if it has one: a bucket policy, a key policy, a role's trust policy.
        permissions_boundaries: The boundary of the user or role; several are read as one.
        session_policy: The policy passed when the session was made.
        service_control_policies: Those of the principal's account, level by level from the root of its organization.
        resource_control_policies: Those of the resource's account, level by level.
        endpoint_policies: Those of the VPC endpoint that the request comes through; several are read as one.

    Raises:
        Malformed: A document is not one that AWS would accept.
    """
    return decide(
        hear_all(
            request,
            identity_policies=identity_policies,
            resource_policy=resource_policy,
            permissions_boundaries=permissions_boundaries,
            session_policy=session_policy,
            service_control_policies=service_control_policies,
            resource_control_policies=resource_control_policies,
            endpoint_policies=endpoint_policies,
        )
    )


def hear_all(
    request: Request,
    *,
    identity_policies: Sequence[Policy] = (),
    resource_policy: Policy | None = None,
    permissions_boundaries: Sequence[Policy] = (),
    session_policy: Policy | None = None,
    service_control_policies: Sequence[Sequence[Policy]] = (),
    resource_control_policies: Sequence[Sequence[Policy]] = (),
    endpoint_policies: Sequence[Policy] = (),
    resource_label: str = "resource_policy",
) -> Case:
    """Read all policies, and hear those that apply to the request: an account's own only when one of its identities asks."""
    case = Case(request)
    asking = request.principal
    # All are read, also those that do not apply: a malformed one is told.
    identity = _read(identity_policies, Sort.IDENTITY, "identity_policies") if identity_policies else ()
    boundary = _read(permissions_boundaries, Sort.IDENTITY, "permissions_boundaries") if permissions_boundaries else ()
    session = () if session_policy is None else (_read_one(session_policy, Sort.SESSION, "session_policy"),)
    levels = [
        _read(level, Sort.IDENTITY, f"service_control_policies[{i}]")
        for i, level in enumerate(service_control_policies)
    ]
    controls = [
        _read(level, Sort.RESOURCE, f"resource_control_policies[{i}]")
        for i, level in enumerate(resource_control_policies)
    ]
    endpoint = _read(endpoint_policies, Sort.RESOURCE, "endpoint_policies") if endpoint_policies else ()
    resource = () if resource_policy is None else (_read_one(resource_policy, Sort.RESOURCE, resource_label),)
    if asking.identity:
        case.identity = case.hear(identity) if identity else None
        case.boundary = case.hear(boundary) if boundary and asking.kind is not Kind.ROOT else None
        case.session = case.hear(session) if session else None
        case.service_control = [] if asking.service_linked else [case.hear(level) for level in levels]
    if resource and resource_policy_counts(request):
        case.resource = case.hear(resource, bounded=case.boundary is not None)
    case.resource_control = (
        [case.hear(level) for level in controls] if controls and resource_controlled(request) else []
    )
    case.endpoint = _through_endpoint(case.hear(endpoint), request) if endpoint else None
    return case


def _read(policies: Sequence[Policy], sort: Sort, label: str) -> list[tuple[str, Document]]:
    return [_read_one(policy, sort, f"{label}[{i}]") for i, policy in enumerate(policies)]


def _read_one(policy: Policy, sort: Sort, label: str) -> tuple[str, Document]:
    """A policy with its label."""
    return label, policy if isinstance(policy, Document) else read(policy, sort, label=label)


def _through_endpoint(opinion: Opinion, request: Request) -> Opinion:
    """
    Take back what the policies of a VPC endpoint may not allow.

    An account's number means its root user alone at a gateway endpoint, and its identities at others; S3 and DynamoDB have both.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    root_only = "a gateway endpoint takes an account's number for its root user alone"
    if opinion.least is Reach.ACCOUNT and request.action_key.startswith(_GATEWAY_ENDPOINTS):
        opinion.doubts += [(*allowing, root_only) for allowing in opinion.allowing()]
        opinion.least = Reach.NONE
    return opinion


def decide(case: Case) -> Decision:
    """Apply the rules to what was heard."""
    request = case.request
    ruling = rule(case, hopeful=False)
    misses = tuple([missed for opinion in case.opinions for missed in opinion.misses])
    if any(opinion.doubts for opinion in case.opinions):
        hopeful = rule(case, hopeful=True)
        if hopeful.answer == "allowed" != ruling.answer:
            doubts = [doubt for opinion in case.opinions for doubt in opinion.doubts]
            if rule(case, hopeful=False, spared=True).answer == "allowed":
                doubts = [doubt for doubt in doubts if doubt[1].effect != "Allow"]
            by = tuple([cite(label, statement) for label, statement, _ in doubts])
            return Decision("undecided", by, f"it depends on {by[0]}: {doubts[0][2]}", request, misses)
        if ruling.answer != "allowed":
            ruling = hopeful  # A Deny that is in doubt does not count.
    return Decision(ruling.answer, tuple([cite(*cited) for cited in ruling.by]), ruling.reason, request, misses)
