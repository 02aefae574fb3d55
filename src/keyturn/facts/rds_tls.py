"""
Which parameter makes a database refuse connections without TLS, and whether it is on where nobody sets it.

Sources: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-ssl-connections.require-ssl.html (off up to 8.4, on in 9.7),
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.require-ssl.html (from 10.5 on; off up to 11.4, on from
11.8), https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html (on from 15),
https://repost.aws/knowledge-center/aurora-postgresql-ssl-certificates (off in Aurora PostgreSQL; of 17 and later it does not say),
https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html (off); read 2026-11-24.
"""

from __future__ import annotations

import re

from keyturn.facts.rds_tables import order

MYSQL, POSTGRES = "require_secure_transport", "rds.force_ssl"
ON = ("1", "on", "true")
_FAMILY = re.compile(r"(?P<engine>aurora-mysql|aurora-postgresql|mysql|mariadb|postgres)(?P<line>[\d.]+)")

_ON_FROM = {"mysql": "9.7", "mariadb": "11.8", "postgres": "15"}
"""The first release line of which it is known to be on; of those before it is off."""
_UNTOLD_FROM = {"aurora-postgresql": "17"}
"""The first release line of which nothing is said."""
_SINCE = {"mariadb": "10.5"}
"""The first release line that has the parameter at all."""


def parameter(family: str) -> str | None:
    """The parameter of a parameter group family, e.g. `mysql8.0`; None for a family that has none, or is not known."""
    found = _FAMILY.fullmatch(family)
    if found is None or order(found["line"]) < order(_SINCE.get(found["engine"], "0")):
        return None
    return POSTGRES if "postgres" in found["engine"] else MYSQL


def on_by_default(family: str) -> bool | None:
    """Whether it is on where nobody sets it; None if that is not known."""
    found = _FAMILY.fullmatch(family)
    if found is None:
        return None
    engine, line = found["engine"], order(found["line"])
    if engine in _UNTOLD_FROM and line >= order(_UNTOLD_FROM[engine]):
        return None
    return engine in _ON_FROM and line >= order(_ON_FROM[engine])
