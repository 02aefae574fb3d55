"""What engines RDS has, and which version a request gets."""

from __future__ import annotations

from keyturn.facts import rds, rds_tables
from keyturn.local.call import Refused
from keyturn.local.rds import errors

AURORA = frozenset({"aurora-mysql", "aurora-postgresql"})
MYSQL = frozenset({"aurora-mysql", "mysql"})
"""What a MySQL server can stand for."""
POSTGRESQL = frozenset({"aurora-postgresql", "postgres"})
"""What a PostgreSQL server can stand for."""
ENGINES = frozenset(
    {
        *AURORA,
        *MYSQL,
        "mariadb",
        "postgres",
        "oracle-ee",
        "oracle-ee-cdb",
        "oracle-se2",
        "oracle-se2-cdb",
        "sqlserver-ee",
        "sqlserver-se",
        "sqlserver-ex",
        "sqlserver-web",
        "db2-ae",
        "db2-se",
    }
)
CLUSTERS = AURORA | {"mysql", "postgres"}
PORTS = {"aurora-postgresql": 5432, "postgres": 5432}
"""The port an engine listens on unless said otherwise; 3306 for the MySQL family."""


def check(engine: str, *, of_cluster: bool = False) -> None:
    """
    See whether there is such an engine.

    Raises:
        Refused: There is none, or not for this.
    """
    if not engine:
        raise errors.missing("Engine")
    if engine not in (CLUSTERS if of_cluster else ENGINES):
        raise errors.value("Invalid DB engine")


def version(engine: str, asked: str | None) -> str:
    """
    The version that a request gets: where it names a release line or nothing, the newest one that is known of it.

    Raises:
        Refused: RDS does not offer it.
    """
    if asked and isinstance(rds.version(engine, asked), rds.NotOffered):
        raise Refused.with_error(rds.version_not_found(engine, asked))
    short = rds.SHORT_FORMS.get(engine, {})
    if asked and asked not in short and rds.release_line(engine, asked) != asked:
        return asked
    candidates = [
        name
        for name, row in rds_tables.versions(engine).items()
        if row.last_seen
        and row.gone_by is None
        and name not in short
        and (not asked or rds.release_line(engine, name) == rds.release_line(engine, asked))
    ]
    return max(candidates, key=lambda name: rds_tables.order(rds.number(engine, name)), default=asked or "")


def stands_for(engine: str, asked: str, running: str) -> bool:
    """Whether a version that is asked for is the running one: named whole, or by its release line."""
    line = rds.release_line(engine, asked)
    return version(engine, asked) == running or asked == line == rds.release_line(engine, running)


def check_class(engine: str, name: str, instance_class: str, region: str) -> None:
    """
    See whether a version offers a DB instance class.

    Raises:
        Refused: It does not.
    """
    if not instance_class:
        raise errors.missing("DBInstanceClass")
    if not instance_class.startswith("db."):
        raise errors.value(f"Invalid DB Instance class: {instance_class}")
    if isinstance(rds.offered(engine, name, instance_class, region), rds.NotOffered):
        raise Refused.with_error(rds.combination_refused(engine, name, instance_class))
