"""
A server that follows another: by GTIDs, over verified TLS.

It logs in as RDS's own user for this, with a password that is made anew each time and written down nowhere: the master user
reads `mysql.slave_master_info`.

Source: MySQL 9.7 manual, "Replication with Global Transaction Identifiers", "START REPLICA Statement"; read 2026-11.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import pymysql

from keyturn.problem import Problem

if TYPE_CHECKING:
    from keyturn.local.mysql.options import Options
    from keyturn.local.mysql.server import Server

USER = "rdsrepladmin"  # as on RDS
PATIENCE = 60  # seconds to catch up; a new one needs a tenth of one
HEARTBEAT = 0.2
"""Seconds in which a server that is to end notices that its follower has gone; it would wait 8 s for it."""
_BOTH: Options = {"enforce_gtid_consistency": "ON", "gtid_mode": "ON"}
FOLLOWED: Options = {
    **_BOTH,
    "log_bin": "binlog",
    "loose_log_bin_trust_function_creators": True,  # or the master user could make no function and no trigger
    "server_id": 1,
}
"""Options of a server that is to be followed, from its first start on: what it logs is all that the other has."""
FOLLOWING: Options = {
    **_BOTH,
    "relay_log": "relay",
    "server_id": 2,
    "skip_replica_start": True,
    "super_read_only": True,
}


def follow(source: Server, replica: Server) -> None:
    """
    Have a server follow another, and return when it has caught up.

    Raises:
        Problem: It does not.
    """
    password = secrets.token_urlsafe(24)
    try:
        source.execute("CREATE USER IF NOT EXISTS %s@'%%'", (USER,))
        source.execute("ALTER USER %s@'%%' IDENTIFIED BY %s REQUIRE SSL", (USER, password))
        source.execute("GRANT REPLICATION SLAVE ON *.* TO %s@'%%'", (USER,))
        ((so_far,),) = source.execute("SELECT @@GLOBAL.gtid_executed")
        replica.execute(
            "CHANGE REPLICATION SOURCE TO SOURCE_HOST = %s, SOURCE_PORT = %s, SOURCE_AUTO_POSITION = 1, SOURCE_SSL = 1,"
            " SOURCE_SSL_CA = %s, SOURCE_SSL_VERIFY_SERVER_CERT = 1, SOURCE_CONNECT_RETRY = 1, SOURCE_HEARTBEAT_PERIOD = %s",
            (source.host, source.port, str(source.ca_file), HEARTBEAT),
        )
        replica.execute("START REPLICA USER = %s PASSWORD = %s", (USER, password))
        ((late,),) = replica.execute("SELECT WAIT_FOR_EXECUTED_GTID_SET(%s, %s)", (so_far, PATIENCE))
    except pymysql.MySQLError as error:
        # Its words may repeat the password.
        raise Problem(f"the reader cannot follow its writer: error {error.args[0]}") from None
    if late:
        raise Problem(f"the reader has not caught up with its writer within {PATIENCE} s; see {replica.log}")
