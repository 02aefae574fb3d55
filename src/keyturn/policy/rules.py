"""
The rules by which opinions become an answer: first what denies, then what limits, then what grants.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html,
https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from __future__ import annotations

from typing import NamedTuple

from keyturn.policy.case import Case
from keyturn.policy.decision import Answer
from keyturn.policy.opinion import Opinion
from keyturn.policy.principal import Kind, Reach
from keyturn.policy.services import always_allowed, never_allowed, resource_decides
from keyturn.policy.statement import Statement


class Ruling(NamedTuple):
    """An answer with its reason, in which `{who}` and `{what}` stand for principal and action, and the statements that decided."""

    answer: Answer
    reason: str
    by: tuple[tuple[str, Statement], ...] = ()


def rule(case: Case, *, hopeful: bool, spared: bool = False) -> Ruling:
    """
    Apply the rules, with all that is unknown turning out in favour of who asks, or against.

    Args:
        spared: Whether every Deny of which it is unknown whether it applies turns out in favour all the same.
    """
    request = case.request
    if reason := always_allowed(request):
        return Ruling("allowed", reason)
    if denying := [opinion for opinion in case.opinions if opinion.denies_it(hopeful=hopeful or spared)]:
        by = tuple([cited for opinion in denying for cited in opinion.denies])
        return Ruling("explicitly_denied", "a statement denies {what}, and nothing outweighs a Deny", by)
    if reason := never_allowed(request, aws_managed=case.aws_managed) or _guard_rail(case, hopeful=hopeful):
        return Ruling("implicitly_denied", reason)
    if not request.principal.identity:
        return _stranger(case, hopeful=hopeful)
    if request.own_account:
        return _from_inside(case, hopeful=hopeful)
    return _from_outside(case, hopeful=hopeful)


def _guard_rail(case: Case, *, hopeful: bool) -> str:
    """Which limit that nothing gets around does not allow it; empty if none stands in the way."""
    for level, opinion in enumerate(case.resource_control):
        # RCPFullAWSAccess is attached at every level and cannot be detached: a level that shows no Allow has that one.
        if _has_allows(opinion) and not opinion.reach(hopeful=hopeful):
            return f"no statement of resource_control_policies[{level}] allows {{what}}"
    for level, opinion in enumerate(case.service_control):
        if not opinion.reach(hopeful=hopeful):
            return f"no statement of service_control_policies[{level}] allows {{what}}"
    if case.endpoint is not None and not case.endpoint.reach(hopeful=hopeful):
        return "no statement of the endpoint's policies allows {what}"
    return ""


def _has_allows(opinion: Opinion) -> bool:
    told = [*opinion.allows, *opinion.misses, *opinion.doubts]
    return any(statement.effect == "Allow" for _, statement, _ in told)


def _stranger(case: Case, *, hopeful: bool) -> Ruling:
    """Services, federated identities and anonymous callers belong to no account: only the resource's policy, or a grant, admits them."""
    for opinion, reason in (
        (case.resource, "the resource's policy allows {what}"),
        (case.grants, "a grant allows {what}"),
    ):
        if opinion is not None and opinion.reach(hopeful=hopeful):
            return Ruling("allowed", reason, tuple(opinion.allowing()))
    reason = "no statement of the resource's policy allows {what} to {who}"
    if case.request.principal.kind is Kind.SERVICE:
        reason += "; what the account's own policies allow never applies to a service"
    return Ruling("implicitly_denied", reason)


def _from_inside(case: Case, *, hopeful: bool) -> Ruling:
    """Within one account either the resource's policy or the principal's may allow; for keys and roles the resource's must."""
    limit = _limit(case, hopeful=hopeful)
    enough = Reach.DIRECT if limit else Reach.ROLE
    reached = Reach.NONE
    for opinion, name in ((case.resource, "the resource's policy"), (case.grants, "a grant")):
        reach = opinion.reach(hopeful=hopeful) if opinion is not None else Reach.NONE
        if opinion is not None and reach >= enough:
            return Ruling("allowed", f"{name} allows {{what}} to {{who}} itself", tuple(opinion.allowing(enough)))
        reached = max(reached, reach)
    must = resource_decides(case.request, has_policy=case.resource is not None)
    if must and not reached:
        return Ruling("implicitly_denied", _not_delegated(case))
    if reason := _own_side(case, limit, hopeful=hopeful):
        return Ruling("implicitly_denied", reason)
    if case.request.principal.kind is Kind.ROOT:
        return Ruling("allowed", "{who} owns the account, and needs no policy for {what}")
    by = case.identity.allowing() if case.identity else []
    if not must:
        return Ruling("allowed", "{who} is allowed {what} by its own policies", tuple(by))
    by += [cited for opinion in (case.resource, case.grants) if opinion for cited in opinion.allowing()]
    return Ruling(
        "allowed", "{who} is allowed {what} by its own policies, to which the resource's leaves it", tuple(by)
    )


def _not_delegated(case: Case) -> str:
    what = "key" if case.request.action_key.startswith("kms:") else "role"
    if case.resource is None:
        return f"a {what} is governed by its own policy, and none is given"
    return f"no statement of the {what}'s own policy allows {{what}} to {{who}} or to its account"


def _from_outside(case: Case, *, hopeful: bool) -> Ruling:
    """Across accounts both must allow: the resource's policy, and the policies of the principal's own account. A grant suffices."""
    limit = _limit(case, hopeful=hopeful)
    if case.grants is not None and case.grants.reach(hopeful=hopeful) >= Reach.ROLE and not limit:
        return Ruling("allowed", "a grant allows {what} to {who} itself", tuple(case.grants.allowing(Reach.ROLE)))
    admitting = [
        opinion for opinion in (case.resource, case.grants) if opinion is not None and opinion.reach(hopeful=hopeful)
    ]
    if not admitting:
        return Ruling(
            "implicitly_denied",
            "no statement of the resource's policy allows {what} to {who}, which is of another account",
        )
    if reason := _own_side(case, limit, hopeful=hopeful):
        return Ruling("implicitly_denied", reason)
    by = [*admitting[0].allowing(), *(case.identity.allowing() if case.identity else ())]
    return Ruling("allowed", "the resource's policy allows {what}, and so do the policies of {who}", tuple(by))


def _own_side(case: Case, limit: str, *, hopeful: bool) -> str:
    """Why the policies of the principal's own account do not allow it; empty if they do. The root user needs none."""
    asking = case.request.principal.kind
    if asking is not Kind.ROOT and not (case.identity and case.identity.reach(hopeful=hopeful)):
        return "no statement of an identity policy allows {what} to {who}"
    return limit


def _limit(case: Case, *, hopeful: bool) -> str:
    """Which limit on the principal's own permissions does not allow it; empty if none stands in the way."""
    if case.boundary is not None and not case.boundary.reach(hopeful=hopeful):
        return "no statement of the permissions boundary allows {what}"
    if case.session is not None and not case.session.reach(hopeful=hopeful):
        return "no statement of the session policy allows {what}"
    if case.session is None and case.request.principal.kind is Kind.FEDERATED_USER:
        return "a federated user session has no permissions without a session policy"
    return ""
