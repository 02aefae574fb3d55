"""
A secret does not say what AWS's own rotation function has to know.

These functions log in with what they read from the secret's JSON: `engine`, `host`, `username` and `password`, and for alternating users
`masterarn`, the secret of the user who may make users. An attachment to the database writes the engine and the host; the rest is written
when the secret is made.

Fix: attach the secret to its database, generate the password under the key `password`, and let the schedule wait for the attachment.

Why it matters: the stack deploys, the schedule says that the secret is rotated, and each rotation fails at the first look into it.

Scope: rotation by hosted functions, and by AWS's applications of the Serverless Application Repository, of secrets declared beside it

Noticed: at the first rotation, in the function's log: `KeyError`

Recovery: complete the secret; Secrets Manager tries again by itself, or at once with `aws secretsmanager rotate-secret`

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secrettargetattachment.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.credentials import attachment_of, secret_of, written
from keyturn.checks.evidence.databases import database_of
from keyturn.checks.evidence.order import may_overtake
from keyturn.checks.evidence.rotators import Rotator, rotator_of
from keyturn.facts import hosted_rotation
from keyturn.graph import Graph, Resource, Site


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_secret_incomplete(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    rotator, secret = rotator_of(schedule, graph), secret_of(schedule, graph)
    if rotator is None or not rotator.engine or secret is None:
        return
    attachment, value, at = attachment_of(secret, graph), written(secret), _value(secret)
    if value is None:
        yield Undecided(at, f"the value of {secret} is not known here, or is no JSON")
        return
    needed = (*hosted_rotation.NEEDED, *((hosted_rotation.SUPERUSER,) if rotator.by_superuser else ()))
    attached = hosted_rotation.ATTACHED if attachment else ()
    missing = [key for key in needed if key not in value and key not in attached]
    notes = (Note(rotator.at, f"{rotator} reads it"),)
    if missing:
        listed = ", ".join(f"`{key}`" for key in missing)
        yield Finding(at, f"{secret} does not say {listed}", notes, hint=_hint(missing))
    elif attachment and may_overtake(schedule, attachment, graph) and not {*hosted_rotation.ATTACHED} <= value.keys():
        yield Finding(
            at=schedule.at(),
            message=f"{schedule} does not wait for {attachment}, which writes the database's address into {secret}",
            related=(Note(attachment.at(), "the attachment"),),
            hint=f"let {schedule} depend on {attachment}",
            verdict=Verdict.WEAK,
        )
    else:
        yield from _other_engine(schedule, rotator, graph)


def _other_engine(schedule: Resource, rotator: Rotator, graph: Graph) -> Iterator[Finding]:
    database = database_of(schedule, None, graph)
    engine = database.engine if database else None
    if database and engine and engine != rotator.engine:
        yield Finding(
            at=rotator.at,
            message=f"{rotator} is for {rotator.engine}, and {database.resource} is of {engine}",
            related=(Note(database.resource.at("Engine"), "the engine"),),
            hint="take the function for this engine",
        )


def _value(secret: Resource) -> Site:
    name = "SecretString" if secret.get("SecretString") is not None else "GenerateSecretString"
    return secret.at(name)


def _hint(missing: list[str]) -> str:
    if hosted_rotation.SUPERUSER in missing:
        return f"write the ARN of the secret of the user who may make users into it, as `{hosted_rotation.SUPERUSER}`"
    if {*missing} <= {*hosted_rotation.ATTACHED}:
        return "attach it to its database with an AWS::SecretsManager::SecretTargetAttachment"
    return "write them into it as it is made; the names are case-sensitive"
