"""
A database is to be upgraded to an engine version that it cannot be upgraded to.

There is no way back to an older version. MySQL goes from one release line to the next, leaving none out, and PostgreSQL to the versions
that AWS lists as targets of the old one. To a new release line an instance goes only when that is allowed, `AllowMajorVersionUpgrade`.

Fix: take a version that the old one can be upgraded to, in two steps if need be; allow the new release line.

Why it matters: it is found out when the stack is updated, in the maintenance window that was announced for it.

Scope: clusters and instances whose present version is known: by `--previous`, from the prior state of a Terraform plan, or from the old
state in a Pulumi preview

Noticed: at deployment, when the database is modified

Recovery: the database stays as it is; change the version and deploy again

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html
  https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.MySQL.html
  https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_UpgradeDBInstance.PostgreSQL.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.clusters import CLUSTER, INSTANCE, given, true
from keyturn.facts import rds, rds_upgrades
from keyturn.graph import Graph, Resource, Unknown

ALLOWED = "AllowMajorVersionUpgrade"


@check(CLUSTER, INSTANCE, verdict=Verdict.REFUSED)
def db_upgrade_refused(database: Resource, graph: Graph) -> Iterator[Outcome]:
    now, engine = graph.before(database), database.get("Engine")
    if now is None or not isinstance(engine, str) or now.get("Engine") != engine:
        return  # It is new, or will be replaced by a new one.
    old, new = given(now, "EngineVersion"), given(database, "EngineVersion")
    if not isinstance(old, str) or not isinstance(new, str) or old == new:
        return
    at, notes = database.at("EngineVersion"), (Note(now.at("EngineVersion"), f"it is {old} now"),)
    answer = rds_upgrades.upgrade(engine.lower(), old, new)
    if isinstance(answer, rds_upgrades.Refusal):
        keep = old in answer.instead
        yield Finding(
            at=at,
            message=answer.because,
            related=notes,
            error=rds_upgrades.no_such_upgrade(engine, old, new),
            fix=Fix(f"keep {old}", at, replace=old) if keep else None,
            hint=""
            if keep
            else f"take {', '.join(answer.instead)} first"
            if answer.instead
            else "take another version",
        )
    elif rds_upgrades.changes_line(engine.lower(), old, new) and _has_to_be_allowed(database):
        where = database.at(ALLOWED)
        yield Finding(
            at=where,
            message=f"from {old} to {new} the release line changes, and that is not allowed",
            related=notes,
            error=rds_upgrades.not_allowed(),
            fix=Fix("allow it", where, replace=True),
        )
    elif isinstance(answer, rds.Unknown):
        yield Undecided(at, answer.because)


def _has_to_be_allowed(database: Resource) -> bool:
    """Of an instance that is of no cluster it has to be said; CloudFormation says it for clusters."""
    said = database.get(ALLOWED)
    alone = database.type == INSTANCE and database.get("DBClusterIdentifier") is None
    return alone and not isinstance(said, Unknown) and not true(said)
