"""
A rotation schedule does not wait for the permission that it needs.

Secrets Manager looks whether it may invoke the function when the schedule is created. Schedule and permission both refer to the
function, but not to each other, so nothing orders them: they are made at the same time, and which is first is luck.

Fix: let the schedule depend on the permission.

Why it matters: a deployment that succeeds today fails tomorrow, or in another region, with nothing changed.

Scope: every rotation schedule whose function's permission is declared beside it

Noticed: at some deployment, when the rotation schedule is created

Recovery: deploy again; the permission is there by then, or will be

Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-dependson.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.functions import function_named, permissions
from keyturn.checks.evidence.order import may_overtake
from keyturn.facts import rotation
from keyturn.graph import Graph, Resource


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.WEAK)
def rotation_permission_late(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    function = function_named(schedule.get("RotationLambdaARN"), graph)
    if function is None:
        return
    wanted = [each for each in permissions(function, graph) if each.get("Principal") == rotation.PRINCIPAL]
    if not wanted or not all(may_overtake(schedule, permission, graph) for permission in wanted):
        return
    permission = wanted[0]
    yield Finding(
        at=schedule.at(),
        message=f"{schedule} does not wait for {permission}, without which it is refused",
        related=(Note(permission.at(), f"lets Secrets Manager invoke {function}"),),
        hint=f"let {schedule} depend on {permission}",
    )
