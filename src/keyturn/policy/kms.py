"""
Where KMS differs from IAM: the key policy decides first, and grants may allow what it does not.

A key belongs to no one but by its policy. Identity policies count only where the key policy lets the account (its root) in, and never
for services or other accounts that it does not name.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html, …/grants.html, …/policy-evaluation.html
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from keyturn.policy.decision import Decision
from keyturn.policy.document import Document
from keyturn.policy.evaluate import Policy, case, decide
from keyturn.policy.grant import OPERATIONS, Grant
from keyturn.policy.opinion import hear
from keyturn.policy.request import Request

__all__ = ["OPERATIONS", "Grant", "evaluate"]


def evaluate(
    request: Request,
    *,
    key_policy: Policy,
    identity_policies: Sequence[Policy] = (),
    grants: Iterable[Grant] = (),
    permissions_boundaries: Sequence[Policy] = (),
    session_policy: Policy | None = None,
    service_control_policies: Sequence[Sequence[Policy]] = (),
    resource_control_policies: Sequence[Sequence[Policy]] = (),
    endpoint_policies: Sequence[Policy] = (),
) -> Decision:
    """
    Decide a request to KMS on a key: `request.resource` is the key's ARN.

    Args:
        key_policy: The policy of the key.
        grants: The grants on the key that are in force.

    The other arguments, and what is raised, are as in `keyturn.policy.evaluate`.
    """
    heard = case(
        request,
        identity_policies=identity_policies,
        resource_policy=key_policy,
        permissions_boundaries=permissions_boundaries,
        session_policy=session_policy,
        service_control_policies=service_control_policies,
        resource_control_policies=resource_control_policies,
        endpoint_policies=endpoint_policies,
    )
    heard.resource_decides = True
    statements = tuple(grant.statement(index) for index, grant in enumerate(grants))
    heard.grants = hear([("grants", Document("", statements))], request) if statements else None
    return decide(heard)
