"""
A rotation function is in a VPC from which it cannot reach Secrets Manager.

A function in a VPC has no public address. It gets to Secrets Manager by an interface endpoint in the VPC, with private DNS and with
security groups that let it through on 443, or out of the VPC by a NAT gateway or the like. An internet gateway is no way out for it.

Fix: add an interface endpoint for `com.amazonaws.<region>.secretsmanager` with private DNS and a group that admits the function on 443;
or route its subnets to a NAT gateway.

Why it matters: the stack deploys, and each rotation runs into its timeout at the first call, without a word about networks.

Scope: every rotation schedule whose function is in a VPC that is declared beside it, AWS's hosted functions included

Noticed: at the first rotation: `Task timed out` in the function's log

Recovery: open the way; Secrets Manager tries again by itself, or at once with `aws secretsmanager rotate-secret`

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-function-network-access.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence import network
from keyturn.checks.evidence.rotators import rotator_of
from keyturn.checks.evidence.rules import Blocked
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_no_path_to_secrets_manager(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    rotator = rotator_of(schedule, graph)
    if rotator is None or not rotator.place.subnets:
        return
    match network.to_service(rotator.place, "secretsmanager", graph):
        case Unknown(because):
            yield Undecided(rotator.at, because)
        case Blocked(because, at, fix, hint):
            yield Finding(
                at=rotator.at,
                message=f"{rotator} cannot reach Secrets Manager: {because}",
                related=(Note(at, f"here, at {at.resource}"),),
                fix=fix,
                hint="" if fix else hint,
            )
