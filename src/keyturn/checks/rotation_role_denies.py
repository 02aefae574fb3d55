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

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.keys import KEYS, aws_managed
from keyturn.checks.evidence.order import comes_after
from keyturn.checks.evidence.requests import Role, key_policy
from keyturn.checks.evidence.roles import role_of
from keyturn.facts import rotation
from keyturn.graph import Graph, Ref, Resource, Text, Value
from keyturn.policy import Decision, Malformed


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_role_denies(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    function = function_named(schedule.get("RotationLambdaARN"), graph)
    secret = graph.follow(schedule, "SecretId", types=("AWS::SecretsManager::Secret",))
    if function is None or secret is None or not isinstance(secret.arn, str):
        return  # What is not declared here is told by rotation-permission-missing.
    declared = role_of(function, graph)
    if declared is None:
        yield Undecided(function.at("Role"), "the function's role is not declared here")
        return
    role = Role.of(declared, graph)
    context = {
        "secretsmanager:resource/AllowRotationLambdaArn": str(function.arn),
        "secretsmanager:SecretId": secret.arn,
        "lambda:SourceFunctionArn": str(function.arn),
    }
    policy = next(
        (
            each.get("ResourcePolicy")
            for each in graph.of_type("AWS::SecretsManager::ResourcePolicy")
            if graph.follow(each, "SecretId") is secret
        ),
        None,
    )
    arn = Text(secret.arn, (Ref(secret.name),))
    yield from _decide(role, rotation.SECRET_CALLS, secret, policy, context, arn, graph)
    if secret.get("KmsKeyId") is None or aws_managed(secret.get("KmsKeyId")):
        return
    key = graph.follow(secret, "KmsKeyId", types=KEYS)
    if key is None or not isinstance(key.arn, str):
        yield Undecided(secret.at("KmsKeyId"), "the key, and so its policy, is not declared here")
        return
    context |= rotation.key_context(secret.arn, secret.region, secret.account, secret.partition)
    arn = Text(key.arn, (Ref(key.name, "Arn"),))
    yield from _decide(role, rotation.KEY_CALLS, key, key_policy(key), context, arn, graph)


def _decide(
    role: Role,
    calls: tuple[str, ...],
    on: Resource,
    policy: object,
    context: dict[str, str],
    arn: Text,
    graph: Graph,
) -> Iterator[Outcome]:
    """Decide the calls of a role on one resource."""
    at = next((each.at for each in role.attached if each.at), role.resource.at())
    try:
        decisions = {call: role.may(call, str(arn), policy, context) for call in calls}
    except Malformed as error:
        yield Undecided(at, f"a policy is malformed: {error}")
        return
    denied = {call: decision for call, decision in decisions.items() if decision.decision.endswith("denied")}
    if denied:
        yield _finding(role, on, denied, arn, graph)
    elif open_ := next((each for each in decisions.values() if not each.allowed), None):
        yield Undecided(at, open_.because)


def _finding(role: Role, on: Resource, denied: dict[str, Decision], arn: Text, graph: Graph) -> Finding:
    explicitly = any(decision.decision == "explicitly_denied" for decision in denied.values())
    names = [call.partition(":")[2] if call.startswith("secretsmanager") else call for call in denied]
    at = next((each.at for each in role.attached if each.at), role.resource.at())
    listed = role.own_statements
    misses = [
        miss for decision in denied.values() for miss in decision.unmatched if miss.element in ("Condition", "Resource")
    ]
    because = dict.fromkeys(
        f"a statement does not apply: {miss.because}" for miss in misses if miss.policy != "key_policy"
    )
    fix = None
    if listed and not explicitly and not comes_after(on, role.resource, graph):
        statement: Value = {"Effect": "Allow", "Action": tuple(denied), "Resource": arn}
        fix = Fix(f"allow {', '.join(names)} on {on}", listed, append=statement)
    return Finding(
        at=at,
        message=f"{role.resource}, as which the rotation function runs, may not call {', '.join(names)} on {on}",
        related=tuple(Note(at, text) for text in because),
        fix=fix,
        hint=""
        if fix
        else "a statement denies it: change that one"
        if explicitly
        else f"allow {', '.join(denied)} on {on}",
    )
