"""The master user, who may here what Aurora lets it: a rotation that needs more must fail here, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pymysql.connections import Connection

    from keyturn.local.servers.credentials import Credentials


# Aurora guide, "Master user account privileges", Aurora MySQL version 3.09; read 2026-11.
# SET_USER_ID is ALLOW_NONEXISTENT_DEFINER and SET_ANY_DEFINER since MySQL 8.4 (MySQL 8.4 release notes).
PRIVILEGES = (
    "ALTER, ALTER ROUTINE, APPLICATION_PASSWORD_ADMIN, CONNECTION_ADMIN, CREATE, CREATE ROLE, CREATE ROUTINE,"
    " CREATE TEMPORARY TABLES, CREATE USER, CREATE VIEW, DELETE, DROP, DROP ROLE, EVENT, EXECUTE, FLUSH_OPTIMIZER_COSTS,"
    " FLUSH_STATUS, FLUSH_TABLES, FLUSH_USER_RESOURCES, INDEX, INSERT, LOCK TABLES, PROCESS, REFERENCES, RELOAD,"
    " REPLICATION CLIENT, REPLICATION SLAVE, ROLE_ADMIN, SELECT, SET_USER_ID, ALLOW_NONEXISTENT_DEFINER, SET_ANY_DEFINER,"
    " SHOW DATABASES, SHOW VIEW, SHOW_ROUTINE, TRIGGER, UPDATE, XA_RECOVER_ADMIN"
)


def create(root: Connection[Any], master: Credentials, privileges: str = PRIVILEGES) -> None:
    """Create the master user or, if there already is one of that name, give it this password and these privileges."""
    with root.cursor() as cursor:
        cursor.execute("SHOW PRIVILEGES")
        known = {name.upper() for name, *_ in cursor.fetchall()}
        cursor.execute("CREATE USER IF NOT EXISTS %s@'%%'", (master.user,))
        cursor.execute("ALTER USER %s@'%%' IDENTIFIED BY %s", (master.user, master.password))
        cursor.execute(
            f"GRANT {', '.join(sorted(known.intersection(privileges.split(', '))))} ON *.* TO %s@'%%' WITH GRANT OPTION",
            (master.user,),
        )
