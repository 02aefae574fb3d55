"""
The decision: what all the policies that apply to a request make of it together.

Policies are heard first, each kind by itself; the rules then read from top to bottom. They are applied twice when something is
unknown: once as if it all turned out against who asks, once in favour. Where both give the same answer it is decided: more in favour
never denies, so nothing lies between.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html,
…/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html, …/orgs_manage_policies_rcps.html
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from keyturn.policy.decision import Answer, Cited, Decision, Unmatched, unknown_effect
from keyturn.policy.document import Document, Sort, read
from keyturn.policy.opinion import Opinion, hear
from keyturn.policy.principal import IDENTITIES, Kind
from keyturn.policy.request import Request
from keyturn.policy.statement import Reach

Policy: TypeAlias = Any
"""A policy document: parsed, as JSON text, as plain data, or `Unknown`."""


@dataclass(slots=True)
class Case:
    """A request with what each kind of policy says of it; None where there is no policy of that kind."""

    request: Request
    identity: Opinion
    resource: Opinion | None = None
    boundary: Opinion | None = None
    session: Opinion | None = None
    service_control: list[Opinion] = field(default_factory=list)
    resource_control: list[Opinion] = field(default_factory=list)
    endpoint: Opinion | None = None
    grants: Opinion | None = None
    resource_decides: bool = False
    """Whether nothing is allowed that the resource's own policy does not allow: key policies and trust policies."""

    def opinions(self) -> list[Opinion]:
        """All that were heard."""
        single = [self.identity, self.resource, self.boundary, self.session, self.endpoint, self.grants]
        return [each for each in single if each is not None] + self.service_control + self.resource_control


class Ruling(NamedTuple):
    """An answer, its reason, and the opinions whose statements decided."""

    answer: Answer
    reason: str
    by: tuple[Opinion, ...] = ()


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
        case(
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


def case(
    request: Request,
    *,
    identity_policies: Sequence[Policy] = (),
    resource_policy: Policy | None = None,
    permissions_boundaries: Sequence[Policy] = (),
    session_policy: Policy | None = None,
    service_control_policies: Sequence[Sequence[Policy]] = (),
    resource_control_policies: Sequence[Sequence[Policy]] = (),
    endpoint_policies: Sequence[Policy] = (),
) -> Case:
    """Hear the policies that apply to a request: those of an account's identities only if one of them asks."""
    heard = Case(request, Opinion())
    asking = request.principal
    if resource_policy is not None:
        document = read(resource_policy, Sort.RESOURCE, label="resource_policy")
        heard.resource = hear([("resource_policy", document)], request)
    heard.resource_decides = resource_decides(request)
    identity = _read(identity_policies, Sort.IDENTITY, "identity_policies")
    boundary = _read(permissions_boundaries, Sort.IDENTITY, "permissions_boundaries")
    session = _read(() if session_policy is None else (session_policy,), Sort.IDENTITY, "session_policy")
    levels = [
        _read(level, Sort.IDENTITY, f"service_control_policies[{i}]")
        for i, level in enumerate(service_control_policies)
    ]
    if asking.kind in IDENTITIES:
        heard.identity = hear(identity, request)
        heard.boundary = hear(boundary, request) if boundary and asking.kind is not Kind.ROOT else None
        heard.session = hear(session, request) if session else None
        heard.service_control = [] if asking.service_linked else [hear(level, request) for level in levels]
    controls = [
        _read(level, Sort.RESOURCE, f"resource_control_policies[{i}]")
        for i, level in enumerate(resource_control_policies)
    ]
    heard.resource_control = [] if asking.service_linked else [hear(level, request) for level in controls]
    endpoint = _read(endpoint_policies, Sort.RESOURCE, "endpoint_policies")
    heard.endpoint = hear(endpoint, request) if endpoint else None
    return heard


def _read(policies: Sequence[Policy], sort: Sort, label: str) -> list[tuple[str, Document]]:
    single = label == "session_policy"
    labels = [label if single else f"{label}[{index}]" for index in range(len(policies))]
    return [(name, read(policy, sort, label=name)) for name, policy in zip(labels, policies, strict=True)]


def resource_decides(request: Request) -> bool:
    """Whether the resource is of a kind whose own policy must allow: a KMS key, a role that is assumed."""
    if request.action_key.startswith("kms:"):
        return request.resource.split(":", 5)[-1].startswith("key/")
    return request.action_key.startswith("sts:assumerole") and ":role/" in request.resource


def decide(heard: Case) -> Decision:
    """Apply the rules to what was heard."""
    ruling = _rule(heard, hopeful=False)
    opinions = heard.opinions()
    doubts = [doubt for opinion in opinions for doubt in opinion.doubts]
    if doubts:
        hopeful = _rule(heard, hopeful=True)
        if hopeful.answer == "allowed" != ruling.answer:
            by = tuple(Cited(label, statement.name, unknown_effect(statement.effect)) for label, statement, _ in doubts)
            return Decision("undecided", by, f"{by[0]}: {doubts[0][2].because}", _unmatched(opinions, heard.request))
        ruling = hopeful
    return Decision(
        ruling.answer,
        _by(ruling),
        ruling.reason,
        _unmatched(opinions, heard.request),
    )


def _by(ruling: Ruling) -> tuple[Cited, ...]:
    denied = ruling.answer == "explicitly_denied"
    return tuple(
        [
            Cited(label, statement.name, "Deny" if denied else "Allow")
            for opinion in ruling.by
            for label, statement in (opinion.denies if denied else opinion.allows)
        ]
    )


def _unmatched(opinions: list[Opinion], request: Request) -> tuple[Unmatched, ...]:
    return tuple(
        [
            Unmatched(label, statement, miss, request)
            for opinion in opinions
            for label, statement, miss in opinion.misses
        ]
    )


def _rule(heard: Case, *, hopeful: bool) -> Ruling:
    """The rules, with all that is unknown turning out for who asks, or against."""
    denying = tuple([opinion for opinion in heard.opinions() if opinion.denies_it(hopeful=hopeful)])
    if denying:
        return Ruling("explicitly_denied", "a statement denies it, and nothing outweighs a Deny", denying)
    for opinion in heard.resource_control:
        if opinion.allows and not opinion.reach(hopeful=hopeful):
            return Ruling("implicitly_denied", "no resource control policy of one level allows it")
    for opinion in heard.service_control:
        if not opinion.reach(hopeful=hopeful):
            return Ruling("implicitly_denied", "no service control policy of one level allows it")
    if heard.endpoint is not None and not heard.endpoint.reach(hopeful=hopeful):
        return Ruling("implicitly_denied", "no policy of the VPC endpoint allows it")
    if heard.grants is not None and heard.grants.reach(hopeful=hopeful) and not _limits(heard, hopeful=hopeful):
        return Ruling("allowed", "a grant allows it", (heard.grants,))
    reach = heard.resource.reach(hopeful=hopeful) if heard.resource else Reach.NONE
    if heard.request.principal.kind not in IDENTITIES:
        return _stranger(heard, reach)
    if not heard.request.own_account:
        return _from_outside(heard, reach, hopeful=hopeful)
    return _from_inside(heard, reach, hopeful=hopeful)


def _stranger(heard: Case, reach: Reach) -> Ruling:
    """Services, federated identities and anonymous callers belong to no account: only the resource's policy can admit them."""
    if reach and heard.resource:
        return Ruling("allowed", "the resource's policy allows it", (heard.resource,))
    if heard.request.principal.kind is Kind.SERVICE:
        return Ruling(
            "implicitly_denied",
            "the resource's policy does not admit the service, and IAM policies never apply to a service principal",
        )
    return Ruling("implicitly_denied", "the resource's policy does not admit the caller")


def _from_outside(heard: Case, reach: Reach, *, hopeful: bool) -> Ruling:
    """Across accounts both must allow: the resource's policy, and the policies of the principal's own account."""
    if not reach:
        return Ruling("implicitly_denied", "the resource's policy does not admit the other account")
    limit = _identity_side(heard, hopeful=hopeful)
    if limit:
        return Ruling("implicitly_denied", limit)
    assert heard.resource is not None
    return Ruling(
        "allowed", "the resource's policy and the principal's own policies allow it", (heard.resource, heard.identity)
    )


def _from_inside(heard: Case, reach: Reach, *, hopeful: bool) -> Ruling:
    """Within one account either may allow, except for keys and roles, whose own policy must."""
    if reach is Reach.DIRECT and heard.resource:
        return Ruling("allowed", "the resource's policy allows it to the principal itself", (heard.resource,))
    if reach is Reach.ROLE and heard.resource and not (limit := _limits(heard, hopeful=hopeful)):
        return Ruling("allowed", "the resource's policy allows it to the role", (heard.resource,))
    if heard.resource_decides and not reach:
        return Ruling("implicitly_denied", "the resource's own policy must allow it, and does not")
    if limit := _identity_side(heard, hopeful=hopeful):
        return Ruling("implicitly_denied", limit)
    by = (heard.resource, heard.identity) if heard.resource_decides and heard.resource else (heard.identity,)
    return Ruling("allowed", "the principal's own policies allow it", by)


def _identity_side(heard: Case, *, hopeful: bool) -> str:
    """Why the policies of the principal's own account do not allow it; empty if they do. The root user needs none."""
    if heard.request.principal.kind is not Kind.ROOT and not heard.identity.reach(hopeful=hopeful):
        return "no identity policy allows it"
    return _limits(heard, hopeful=hopeful)


def _limits(heard: Case, *, hopeful: bool) -> str:
    """Which limit on identity policies does not allow it; empty if none stands in the way."""
    if heard.boundary is not None and not heard.boundary.reach(hopeful=hopeful):
        return "the permissions boundary does not allow it"
    if heard.session is not None and not heard.session.reach(hopeful=hopeful):
        return "the session policy does not allow it"
    return ""
