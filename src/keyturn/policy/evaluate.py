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
from keyturn.policy.decision import Decision, Unmatched, cite
from keyturn.policy.document import Document, Sort, read
from keyturn.policy.opinion import Opinion, hear
from keyturn.policy.principal import IDENTITIES, Kind
from keyturn.policy.request import Request
from keyturn.policy.rules import rule
from keyturn.policy.services import resource_controlled
from keyturn.policy.statement import Reach

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
    identity = _read(identity_policies, Sort.IDENTITY, "identity_policies")
    boundary = _read(permissions_boundaries, Sort.IDENTITY, "permissions_boundaries")
    session = (
        [("session_policy", _document(session_policy, Sort.SESSION, "session_policy"))]
        if session_policy is not None
        else []
    )
    levels = _read_levels(service_control_policies, Sort.IDENTITY, "service_control_policies")
    controls = _read_levels(resource_control_policies, Sort.RESOURCE, "resource_control_policies")
    endpoint = _read(endpoint_policies, Sort.RESOURCE, "endpoint_policies")
    if asking.kind in IDENTITIES:
        if identity:
            case.identity = hear(identity, request)
        if boundary and asking.kind is not Kind.ROOT:
            case.boundary = hear(boundary, request)
        if session:
            case.session = hear(session, request)
        if levels and not asking.service_linked:
            case.service_control = [hear(level, request) for level in levels]
    if resource_policy is not None:
        document = _document(resource_policy, Sort.RESOURCE, resource_label)
        case.resource = hear([(resource_label, document)], request, bounded=case.boundary is not None)
    if controls and resource_controlled(request):
        case.resource_control = [hear(level, request) for level in controls]
    if endpoint:
        case.endpoint = _hear_endpoint(endpoint, request)
    return case


def _read(policies: Sequence[Policy], sort: Sort, label: str) -> list[tuple[str, Document]]:
    return [(f"{label}[{i}]", _document(policy, sort, f"{label}[{i}]")) for i, policy in enumerate(policies)]


def _read_levels(levels: Sequence[Sequence[Policy]], sort: Sort, label: str) -> list[list[tuple[str, Document]]]:
    return [_read(level, sort, f"{label}[{i}]") for i, level in enumerate(levels)]


def _document(policy: Policy, sort: Sort, label: str) -> Document:
    return policy if isinstance(policy, Document) else read(policy, sort, label=label)


def _hear_endpoint(documents: list[tuple[str, Document]], request: Request) -> Opinion:
    """
    Hear the policies of a VPC endpoint.

    An account's number means its root user alone at a gateway endpoint, and its identities at others; S3 and DynamoDB have both.
    Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
    """
    opinion = hear(documents, request)
    if opinion.least is Reach.ACCOUNT and request.action_key.startswith(_GATEWAY_ENDPOINTS):
        opinion.least = Reach.NONE
        opinion.doubts += [
            (*allowed, "a gateway endpoint takes an account's number for its root user alone")
            for allowed in opinion.allows
        ]
    return opinion


def decide(case: Case) -> Decision:
    """Apply the rules to what was heard."""
    ruling = rule(case, hopeful=False)
    doubts = [doubt for opinion in case.opinions() for doubt in opinion.doubts]
    if doubts:
        hopeful = rule(case, hopeful=True)
        if hopeful.answer != ruling.answer == "allowed" or hopeful.answer == "allowed" != ruling.answer:
            by = tuple(cite(label, statement) for label, statement, _ in doubts)
            return Decision("undecided", by, f"it depends on {by[0]}: {doubts[0][2]}", _unmatched(case))
        ruling = hopeful
    because = ruling.reason.format(who=case.request.principal, what=case.request.action)
    return Decision(ruling.answer, tuple([cite(*cited) for cited in ruling.by]), because, _unmatched(case))


def _unmatched(case: Case) -> tuple[Unmatched, ...]:
    request = case.request
    return tuple([Unmatched(*missed, request) for opinion in case.opinions() for missed in opinion.misses])
