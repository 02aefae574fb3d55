"""
A rotation function's role may not do what every rotation does.

A rotation function looks at its secret's versions, reads and writes values and moves the labels: `DescribeSecret`, `GetSecretValue`,
`PutSecretValue`, `UpdateSecretVersionStage`. When the secret has a customer managed key, Secrets Manager decrypts and encrypts with the
function's rights as well, so the role also needs `kms:Decrypt` and `kms:GenerateDataKey` on that key, from its own policies or from the
key's.

Fix: allow the calls, on this secret and on its key only.

Why it matters: the stack deploys, and the schedule says that the secret is rotated; each rotation fails at its first missing call, and
nobody is told. A role that fails after the password was set leaves applications without access.

Scope: every rotation schedule whose function and role are declared beside it

Noticed: at the first rotation, in the function's log

Recovery: allow the calls; Secrets Manager tries again by itself, or at once with `aws secretsmanager rotate-secret`

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.calls import Target, decide
from keyturn.checks.evidence.credentials import policy_of, secret_of
from keyturn.checks.evidence.functions import arn_of, function_named
from keyturn.checks.evidence.keys import KEYS, aws_managed
from keyturn.checks.evidence.requests import Role, key_policy
from keyturn.checks.evidence.roles import role_of
from keyturn.facts import rotation
from keyturn.graph import Graph, Ref, Resource, Unknown


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_role_denies(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    function = function_named(schedule.get("RotationLambdaARN"), graph)
    secret = secret_of(schedule, graph)
    if function is None or secret is None or not isinstance(secret.arn, str | Unknown):
        return  # What is not declared here is told by rotation-permission-missing.
    declared = role_of(function, graph)
    if declared is None:
        yield Undecided(function.at("Role"), "the function's role is not declared here")
        return
    role = Role.of(declared, graph)
    context = {
        "secretsmanager:resource/AllowRotationLambdaArn": arn_of(function),
        "secretsmanager:SecretId": secret.arn,
        "lambda:SourceFunctionArn": arn_of(function),
    }
    target = Target.of(secret, Ref(secret.name), policy_of(secret, graph))
    yield from decide(role, rotation.SECRET_CALLS, target, context, graph)
    if secret.get("KmsKeyId") is None or aws_managed(secret.get("KmsKeyId")):
        return
    key = graph.follow(secret, "KmsKeyId", types=KEYS)
    if key is None:
        yield Undecided(secret.at("KmsKeyId"), "the key, and so its policy, is not declared here")
        return
    context |= rotation.key_context(secret.arn, secret.region, secret.account, secret.partition)
    target = Target.of(key, Ref(key.name, "Arn"), key_policy(key))
    yield from decide(role, rotation.KEY_CALLS, target, context, graph)
