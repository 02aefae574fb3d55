"""
A rotation function may not read the secret of the user with whose rights it sets passwords.

A function that does not log in as the user whose password it changes logs in as another: the one whose secret the rotated secret names as
`masterarn`, or the database's master user. It needs `secretsmanager:GetSecretValue` on that secret too, and where that has a customer
managed key, `kms:Decrypt` on it. Of a hosted function the transform writes the role, and lets it read what `SuperuserSecretArn` names.

Fix: allow both calls, on that secret and its key only; for a hosted function give `SuperuserSecretArn`.

Why it matters: the stack deploys, and each rotation fails when it is to set the password.

Scope: rotation schedules whose function and role are declared beside them, and are told of such a secret, in the rotated secret or in an
environment variable; and hosted functions for alternating users

Noticed: at the first rotation, in the function's log: `AccessDeniedException`

Recovery: allow the calls; Secrets Manager tries again by itself, or at once with `aws secretsmanager rotate-secret`

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-secretsmanager-rotationschedule-hostedrotationlambda.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.calls import Target, decide
from keyturn.checks.evidence.functions import arn_of
from keyturn.checks.evidence.keys import KEYS, aws_managed
from keyturn.checks.evidence.requests import Role, key_policy
from keyturn.checks.evidence.roles import role_of
from keyturn.checks.evidence.rotators import Rotator, rotator_of
from keyturn.checks.evidence.superusers import Superuser, superusers
from keyturn.facts import rotation
from keyturn.graph import Graph, Ref, Resource, Unknown


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_superuser_unreadable(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    rotator = rotator_of(schedule, graph)
    if rotator is not None and rotator.function is None:
        yield from _of_awss_own(rotator)
    declared = role_of(rotator.function, graph) if rotator and rotator.function else None
    if rotator is None or rotator.function is None or declared is None:
        return  # A role that is not declared here is told of by rotation-role-denies.
    role = Role.of(declared, graph)
    for each in superusers(schedule, rotator.function, graph):
        yield from _decided(role, each, rotator.function, graph)


def _of_awss_own(rotator: Rotator) -> Iterator[Finding]:
    if rotator.by_superuser and rotator.superuser is None:
        yield Finding(
            at=rotator.at,
            message=f"{rotator} sets passwords as another user, and may not read the secret of any",
            hint=f"give {rotator.superuser_property}, the ARN of the secret that `masterarn` names in the rotated one",
        )


def _decided(role: Role, superuser: Superuser, function: Resource, graph: Graph) -> Iterator[Outcome]:
    arn = superuser.known_arn
    unknown = arn if isinstance(arn, Unknown) else None
    context: dict[str, str | Unknown] = {"secretsmanager:SecretId": arn, "lambda:SourceFunctionArn": arn_of(function)}
    target = Target(superuser.resource, superuser.name, superuser.arn, superuser.policy, unknown)
    yield from decide(role, rotation.READ_CALLS, target, context, graph)
    if superuser.key is None or aws_managed(superuser.resource.get(*superuser.key)):
        return
    key = graph.follow(superuser.resource, *superuser.key, types=KEYS)
    if key is None:
        yield Undecided(superuser.resource.at(*superuser.key), "the key, and so its policy, is not declared here")
        return
    own = superuser.resource
    context |= rotation.key_context(arn, own.region, own.account, own.partition)
    target = Target.of(key, Ref(key.name, "Arn"), key_policy(key))
    yield from decide(role, rotation.READ_KEY_CALLS, target, context, graph)
