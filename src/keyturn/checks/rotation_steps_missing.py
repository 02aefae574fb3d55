"""
A rotation function has steps that do nothing.

Secrets Manager invokes the function four times: `createSecret` stores a new value, `setSecret` gives it to the database, `testSecret` logs
in with it, `finishSecret` moves the label AWSCURRENT. It looks at no answer: whatever does not raise has succeeded.

Fix: write the step, or take AWS's own rotation function for the database.

Why it matters: a step that only returns looks like one that worked. Without `setSecret` the secret gets a password that the database does
not know, and every application is locked out at its next login; without `createSecret` or `finishSecret` nothing is ever rotated; without
`testSecret` a password that does not work becomes the current one.

Scope: rotation functions in Python whose code is at hand; of `setSecret`, those for secrets with a user name or a database

Noticed: by the applications, at the first rotation; or never

Recovery: move the label back with `aws secretsmanager update-secret-version-stage`, write the step, and rotate again

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.credentials import secret_of, written
from keyturn.checks.evidence.databases import database_of
from keyturn.checks.evidence.functions import function_named
from keyturn.checks.evidence.packages import package_of
from keyturn.checks.evidence.steps import Stub, stubs, writes
from keyturn.graph import Graph, Resource

MEANS = {
    "createSecret": "no new value is ever made",
    "setSecret": "the database never learns the new password, and the old one is no longer in the secret",
    "testSecret": "a password that does not work would become the current one",
    "finishSecret": "the new value never becomes the current one",
}
HINT = "write it, or take AWS's own rotation function for the database"


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_steps_missing(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    function = function_named(schedule.get("RotationLambdaARN"), graph)
    package = package_of(function, graph) if function else None
    if function is None or package is None or not package.trees:
        return
    notes = (Note(schedule.at("RotationLambdaARN"), f"rotates for {schedule}"),)
    if not writes(package) and not function.get("Layers"):
        message = f"the code of {function} changes no secret: it calls none of what stores a value or moves a label"
        yield Finding(package.at, message, notes, hint=HINT)
        return
    secret = secret_of(schedule, graph)
    has_user = secret is not None and "username" in (written(secret) or {})
    logs_in = has_user or database_of(schedule, function, graph) is not None
    for stub in stubs(package):
        if stub.step != "setSecret" or logs_in:
            yield Finding(
                at=package.at,
                message=f"step {stub.step} of {function} {_said(stub)} ({stub.file}:{stub.line})",
                related=notes,
                hint=HINT,
                verdict=Verdict.WEAK if stub.step == "testSecret" and not stub.fails else None,
            )


def _said(stub: Stub) -> str:
    return "only raises: no rotation gets past it" if stub.fails else f"does nothing: {MEANS[stub.step]}"
