"""
A hosted rotation function is not told of the key that its secret is encrypted with.

The transform writes the function's role. It lets the role use a customer managed key only if that key is named: `KmsKeyArn` for the key of
the rotated secret, `SuperuserSecretKmsKeyArn` for that of the superuser's. A key policy that lets everybody in the account through Secrets
Manager does as well.

Fix: name the keys.

Why it matters: the stack deploys, and each rotation fails when the function reads the secret.

Scope: hosted rotation of secrets whose keys are declared beside it

Noticed: at the first rotation, in the function's log: `AccessDeniedException: Access to KMS is not allowed`

Recovery: name the key and deploy again; Secrets Manager tries again by itself

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.checks.evidence.credentials import OF_SECRETS, secret_of
from keyturn.checks.evidence.keys import KEYS
from keyturn.checks.evidence.requests import key_policy
from keyturn.facts import rotation
from keyturn.graph import Graph, Ref, Resource, Text
from keyturn.policy import Malformed, Request, kms

HOSTED = "HostedRotationLambda"


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_hosted_key_missing(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    hosted = schedule.get(HOSTED)
    if not isinstance(hosted, Mapping):
        return
    superuser = hosted.get("SuperuserSecretArn", hosted.get("MasterSecretArn"))
    for secret, names in (
        (secret_of(schedule, graph), ("KmsKeyArn",)),
        (graph.find(superuser, OF_SECRETS), ("SuperuserSecretKmsKeyArn", "MasterSecretKmsKeyArn")),
    ):
        key = graph.follow(secret, "KmsKeyId", types=KEYS) if secret else None
        if secret is None or key is None or any(hosted.get(name) is not None for name in names):
            continue
        if _open_to_account(key, secret):
            continue
        at = schedule.at(HOSTED, names[0])
        yield Finding(
            at=at,
            message=f"{secret} is encrypted with {key}, which the hosted function's role may not use",
            related=(Note(secret.at("KmsKeyId"), "the key of the secret"),),
            fix=Fix(f"name {key}", at, replace=Text(str(key.arn), (Ref(key.name, "Arn"),))),
        )


def _open_to_account(key: Resource, secret: Resource) -> bool:
    """Whether the key's own policy lets any role of the account decrypt the secret, or may do so."""
    role = f"arn:{key.partition}:iam::{key.account}:role/{key.name}-hosted-rotation"
    context = rotation.key_context(secret.arn or "*", secret.region, secret.account, secret.partition)
    request = Request(role, "kms:Decrypt", str(key.arn), resource_account=key.account, context=context)
    try:
        return kms.evaluate(request, key_policy=key_policy(key)).decision in ("allowed", "undecided")
    except Malformed:
        return True
