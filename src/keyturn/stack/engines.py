"""What engines the stack knows: those that it can make a cluster of, and those of a database that is there already."""

from __future__ import annotations

import re
from dataclasses import dataclass

from keyturn.facts import rds
from keyturn.problem import Misuse
from keyturn.rotation.configuration import LONGEST_USER, PORTS, POSTGRESQL


@dataclass(frozen=True, slots=True)
class Engine:
    """
    One engine.

    Attributes:
        id: What RDS and the function call it.
        name: For people.
        version: The version taken unless another is given; empty where the stack makes no databases of this engine.
        pattern: What its versions look like.
    """

    id: str
    name: str
    version: str = ""
    pattern: str = ""

    @property
    def port(self) -> int:
        return PORTS[self.id]

    @property
    def clusters(self) -> bool:
        """Whether its databases are clusters of instances, or instances on their own."""
        return self.id.startswith("aurora-")

    @property
    def longest_user(self) -> int:
        return LONGEST_USER[self.id]

    @property
    def longest_database(self) -> int:
        return 63 if self.id in POSTGRESQL else 64

    def family(self, version: str) -> str:
        """The family of parameter groups for a version: `aurora-postgresql17`."""
        return f"{self.id}{rds.release_line(self.id, version)}"


ENGINES = {
    engine.id: engine
    for engine in (
        Engine("aurora-mysql", "Aurora MySQL", "8.0.mysql_aurora.3.04.0", r"\d+\.\d+(\.mysql_aurora(\.\d+)+)?"),
        Engine("aurora-postgresql", "Aurora PostgreSQL", "17.9", r"\d+\.\d+"),
        Engine("mysql", "MySQL", "8.4.8", r"\d+\.\d+(\.\d+(-rds\.\d+)?)?"),
        Engine("postgres", "PostgreSQL", "17.9", r"\d+\.\d+"),
        Engine("mariadb", "MariaDB"),
    )
}

CLASS = "db.t3.medium"
"""The smallest class that all of them offer."""

ONE_PASSWORD = {"aurora-mysql": ("1", "2"), "mysql": ("5.5", "5.6", "5.7")}
"""Release lines whose accounts have one password only; MySQL 8.0 manual, "Dual Password Support"."""


def chosen(name: str, *, of_ones_own: bool) -> Engine:
    """
    The engine of this name.

    Raises:
        Misuse: There is none, or the stack makes no databases of it.
    """
    makes = [engine.id for engine in ENGINES.values() if engine.version]
    if name not in ENGINES:
        raise Misuse(
            f"engine `{ascii(name)[1:-1]}` is not one that keyturn rotates", hint=f"it can be {', '.join(ENGINES)}"
        )
    if not of_ones_own and name not in makes:
        raise Misuse(
            f"the stack makes no databases of engine {name}",
            hint=f"make one of {' or '.join(makes)}, or pass the database that is there as `cluster`",
        )
    return ENGINES[name]


def check_offered(engine: Engine, version: str, instance_class: str, region: str) -> None:
    """
    See to what AWS is known to refuse; what is not known is left to AWS.

    Raises:
        Misuse: AWS would refuse this.
    """
    shown = ascii(version)[1:-1]
    if not re.fullmatch(engine.pattern, version):
        raise Misuse(f"`{shown}` is not a version of {engine.name}", hint=f"e.g. {engine.version}")
    if rds.release_line(engine.id, version) in ONE_PASSWORD.get(engine.id, ()):
        raise Misuse(
            f"{engine.name} {version} has no dual passwords, by which logins go on during a rotation",
            hint=f"take a version {rds.release_line(engine.id, engine.version)}, e.g. {engine.version}",
        )
    if not re.fullmatch(r"db\.[a-z0-9.-]+", instance_class):
        raise Misuse(f"`{ascii(instance_class)[1:-1]}` is not the name of a DB instance class", hint=f"e.g. {CLASS}")
    match rds.version(engine.id, version):
        case rds.NotOffered(nearest=nearest, since=since):
            gone = f" any more, since {since}" if since else ""
            raise Misuse(f"{engine.name} {version} is not offered{gone}", hint=_instead(nearest))
    match rds.offered(engine.id, version, instance_class, region):
        case rds.NotOffered(nearest=nearest):
            raise Misuse(f"{engine.name} {version} does not offer {instance_class}", hint=_instead(nearest))


def _instead(nearest: tuple[str, ...]) -> str:
    return f"it could be {', '.join(nearest[:3])}" if nearest else ""
