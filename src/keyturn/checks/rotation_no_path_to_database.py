"""
A rotation function cannot reach the database whose password it is to change.

The function logs in to the database to set and to test the password. It reaches a database in a VPC from within that VPC only, unless the
database is publicly accessible, and only on the port and from the security groups or addresses that the database's groups admit.

Fix: place the function into the database's VPC, and admit its security group on the database's port.

Why it matters: the stack deploys, and each rotation runs into its timeout when it connects; a new version of the secret stays pending, and
the rotations after it fail on that.

Scope: every rotation schedule whose function and database are declared beside it, AWS's hosted functions included; which database is meant
is told by a target attachment, or by its address in the function's environment or in the secret

Noticed: at the first rotation: `Task timed out` in the function's log

Recovery: open the way; Secrets Manager tries again by itself, or at once with `aws secretsmanager rotate-secret`

Source: https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-function-network-access.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence import network
from keyturn.checks.evidence.databases import Database, database_of
from keyturn.checks.evidence.network import Placed
from keyturn.checks.evidence.rotators import rotator_of
from keyturn.checks.evidence.rules import Answer, Blocked
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.DEAD)
def rotation_no_path_to_database(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    rotator = rotator_of(schedule, graph)
    database = database_of(schedule, rotator.function, graph) if rotator else None
    if rotator is None or database is None:
        return
    match _answer(rotator.place, database, graph):
        case Unknown(because):
            yield Undecided(rotator.at, because)
        case Blocked(because, at, fix, hint):
            yield Finding(
                at=rotator.at,
                message=f"{rotator} cannot reach {database.resource}: {because}",
                related=(Note(at, f"here, at {at.resource}"),),
                fix=fix,
                hint="" if fix else hint,
            )


def _answer(here: Placed, database: Database, graph: Graph) -> Answer:
    if database.has_data_api:
        return Unknown(f"{database.resource} can also be reached by its Data API, which needs no way through the VPC")
    if not here.subnets:
        return database.from_outside(graph)
    if database.port is None:
        return Unknown(f"the port of {database.resource} is not known")
    return network.to_database(here, database.place(graph), database.port, graph)
