"""
Where KMS differs from IAM: the key policy decides first, and grants may allow what it does not.

A key belongs to no one but by its policy. Identity policies count only where the key policy lets the account (its root) in; that never
extends to services, nor to accounts that it does not name.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html, with key-policy-default, key-policy-services, grants,
policy-evaluation and resource-control-policies beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from keyturn.policy.condition import Quantifier
from keyturn.policy.decision import Decision
from keyturn.policy.document import Document, parse
from keyturn.policy.evaluate import Policy, decide, hear_all
from keyturn.policy.fault import Fault, Faults
from keyturn.policy.grant import OPERATIONS, Grant
from keyturn.policy.identify import Named
from keyturn.policy.request import ENCRYPTION_CONTEXT, Request
from keyturn.policy.statements import Sort

__all__ = [
    "OPERATIONS",
    "Grant",
    "aws_managed_key_policy",
    "default_key_policy",
    "evaluate",
    "keeps_administrator",
    "refusals",
]

_EVERYTHING = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def evaluate(
    request: Request,
    *,
    key_policy: Policy,
    identity_policies: Sequence[Policy] = (),
    grants: Iterable[Grant] = (),
    aws_managed: bool = False,
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
        aws_managed: Whether it is an AWS managed key, such as alias/aws/rds: nobody can change those, their policies neither, and
            resource control policies do not reach them.

    The other arguments, and what is raised, are as in `keyturn.policy.evaluate`.
    """
    case = hear_all(
        request,
        identity_policies=identity_policies,
        resource_policy=key_policy,
        permissions_boundaries=permissions_boundaries,
        session_policy=session_policy,
        service_control_policies=service_control_policies,
        resource_control_policies=() if aws_managed else resource_control_policies,
        endpoint_policies=endpoint_policies,
        resource_label="key_policy",
    )
    case.aws_managed = aws_managed
    statements = tuple(
        statement for number, grant in enumerate(grants) for statement in grant.statements(number, request)
    )
    if statements:
        case.grants = case.hear([("grants", Document("", statements))])
    return decide(case)


def default_key_policy(account: str, partition: str = "aws") -> dict[str, object]:
    """The policy of a key that was made without one: it lets the account in, and so its identity policies."""
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def aws_managed_key_policy(via: str, account: str, partition: str = "aws") -> dict[str, object]:
    """
    The policy of an AWS managed key, which nobody can change: all of the account may use it, but through its service alone.

    Args:
        via: The service by the name that `kms:ViaService` has for it, e.g. `secretsmanager.us-east-1.amazonaws.com`.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account, and the policy of
    aws/secretsmanager in https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    """
    use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Allow access through the service for all principals in the account that are authorized to use it",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": use,
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:CallerAccount": account, "kms:ViaService": via}},
            },
            {
                "Sid": "Allow direct access to key metadata to the account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{partition}:iam::{account}:root"},
                "Action": ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
                "Resource": "*",
            },
        ],
    }


def keeps_administrator(key_policy: Policy, *, key: str, caller: Named) -> Decision:
    """
    Decide what KMS asks before it accepts a key policy: whether who sets it could set it again.

    Unless BypassPolicyLockoutSafetyCheck is given, CreateKey and PutKeyPolicy refuse a policy that locks their caller out. Where the key
    policy leaves it to the account's identity policies, those are taken to allow everything.

    Args:
        key: The key's ARN.
        caller: Who makes the call.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    request = Request(caller, "kms:PutKeyPolicy", key)
    return evaluate(request, key_policy=key_policy, identity_policies=(_EVERYTHING,))


def refusals(key_policy: Policy) -> tuple[Fault, ...]:
    """
    What KMS refuses in a key policy: all that `parse` finds, what is left out, and set operators where they would admit too much.

    Sources: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html ("Elements in a key policy"),
    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (`OverlyPermissiveCondition`)
    """
    document = parse(key_policy, Sort.RESOURCE)
    return document if isinstance(document, Faults) else (*_left_out(document), *_overly_permissive(document))


def _left_out(document: Document) -> Iterator[Fault]:
    if not document.statements:
        yield Fault(("Statement",), "a key policy needs at least one statement")
    for statement in document.statements:
        if not statement.elements[1]:
            yield Fault(
                ("Statement", statement.number), "`Resource` is missing", "in a key policy it is `*`, the key itself"
            )


def _overly_permissive(document: Document) -> Iterator[Fault]:
    for statement in document.statements:
        for condition in statement.conditions:
            if condition.quantifier is Quantifier.ALL and condition.key.lower().startswith(
                (ENCRYPTION_CONTEXT, "aws:requesttag/")
            ):
                path = ("Statement", statement.number, "Condition", condition.written, condition.key)
                yield Fault(path, "ForAllValues also admits requests without the key", "leave ForAllValues out")
