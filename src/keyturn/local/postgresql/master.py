"""The master user, who may here what RDS lets it: no superuser, so a rotation that needs one must fail here, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pg8000.native
from pg8000.native import identifier, literal

from keyturn.rotation import postgresql_verifier

if TYPE_CHECKING:
    from keyturn.local.postgresql.postgres import Version
    from keyturn.local.servers.credentials import Credentials

# RDS guide, "Understanding PostgreSQL roles and permissions" and "Understanding the rds_superuser role"; read 2026-11.
RDS_ROLES = ("rds_superuser", "rds_password", "rds_replication", "rds_iam")
ITS_ROLES = ("pg_monitor", "pg_signal_backend", "rds_password", "rds_replication")


def create(superuser: pg8000.native.Connection, master: Credentials, version: Version) -> None:
    """Create the master user or, if there already is one of that name, give it this password and these privileges."""
    there = {name for (name,) in superuser.run("SELECT rolname FROM pg_catalog.pg_roles")}
    for role in RDS_ROLES:
        if role not in there:
            superuser.run(f"CREATE ROLE {role} NOLOGIN")
    also = ("pg_checkpoint",) if version.major >= 15 else ()
    superuser.run(f"GRANT {', '.join((*ITS_ROLES, *also))} TO rds_superuser WITH ADMIN OPTION")
    if master.user not in there:
        superuser.run(f"CREATE ROLE {identifier(master.user)} IN ROLE rds_superuser")
    verifier = literal(postgresql_verifier.make(master.password))
    attributes = f"LOGIN CREATEDB CREATEROLE INHERIT PASSWORD {verifier} VALID UNTIL 'infinity'"
    superuser.run(f"ALTER ROLE {identifier(master.user)} {attributes}")
