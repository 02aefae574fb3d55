"""
Connections to MySQL over verified TLS, and what its errors mean.

Source of the codes: MySQL 8.0 error reference; MariaDB error codes. A driver's error text may quote a statement, so only
its number goes further.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql.connections import Connection
from pymysql.constants import CLIENT

from .errors import ConnectionLost, Crowded, Postponed, Reason, Refused, RotationError, Unreachable, Unsupported

if TYPE_CHECKING:
    from .report import Report
    from .secret import Login

CONNECT_TIMEOUT = 5.0  # seconds, for TCP, TLS and the server's greeting
STATEMENT_TIMEOUT = 10.0  # seconds without an answer
LOCK_WAIT = 5  # seconds that a statement waits for a lock inside the server; less than STATEMENT_TIMEOUT

# Seconds after which the server ends a session that says nothing, and so gives back its lock. A function that Lambda ends
# may not live to close its connection, and the server's own patience is eight hours. No run of ours is silent for so long.
LONGEST_SILENCE = 120

_REFUSED = {
    1044: Reason.DATABASE_DENIED,
    1045: Reason.ACCESS_DENIED,
    1049: Reason.NO_SUCH_DATABASE,
    1130: Reason.HOST_DENIED,
    1698: Reason.ACCESS_DENIED,
    1820: Reason.EXPIRED,
    1862: Reason.EXPIRED,
    3118: Reason.LOCKED,
    3955: Reason.BLOCKED,
    4150: Reason.BLOCKED,  # MariaDB
    4151: Reason.LOCKED,  # MariaDB
}
_BUSY = {
    1040: "the server has no connection left",
    1129: "the server blocks this host after too many connection errors",
    1203: "the account has no connection left",
    1226: "the account has used up a resource limit",
    1205: "another session holds a lock that the change needs",
    1213: "the change ran into a deadlock",
    1290: "the server is read-only, so it is not the writer now",
    1792: "the server is read-only, so it is not the writer now",
    1836: "the server is read-only, so it is not the writer now",
    3032: "the server is in offline mode",
    3100: "the server is read-only, so it is not the writer now",
}
_CROWDED = frozenset({1040, 1203, 1226})
_DENIED = frozenset({1141, 1142, 1143, 1227, 1370, 1410})
_LOST = frozenset({0, 2006, 2013, 2014, 2055, 1053, 1317, 1927, 3024, 3169, 4031})


if TYPE_CHECKING:
    DriverConnection = Connection[Any]  # Generic in the driver's stubs only.
else:
    DriverConnection = Connection


class VerifiedConnection(DriverConnection):
    """A connection that stops before the password is sent if the server does not offer TLS."""

    def _request_authentication(self) -> None:
        if not self.server_capabilities & CLIENT.SSL:  # type: ignore[attr-defined]
            raise pymysql.err.OperationalError(2026, "")
        super()._request_authentication()  # type: ignore[misc]


def connect(
    login: Login, host: str, port: int, *, database: str | None, context: ssl.SSLContext, report: Report
) -> Connection[Any]:
    """
    Log in over verified TLS. There is no way around TLS.

    Raises:
        Refused: The server refused this login.
        Postponed: The server has no room for it now.
        Unreachable: Anything else.
    """
    report.sql["login"] += 1
    try:
        connection = VerifiedConnection(
            host=host,
            port=port,
            user=login.username,
            password=login.password.encode(),  # The driver would encode a text as Latin-1.
            database=database,
            ssl=context,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=STATEMENT_TIMEOUT,
            write_timeout=STATEMENT_TIMEOUT,
            charset="utf8mb4",
            autocommit=True,
            program_name="keyturn",
        )
    except ssl.SSLError as error:
        raise Unreachable(f"{host} did not prove its identity ({error.reason or type(error).__name__})") from None
    except (pymysql.err.Error, OSError, RuntimeError) as error:
        failure = _connect_failure(login, host, error)
    else:
        report.logins["accepted"] += 1
        return connection
    report.logins["refused"] += isinstance(failure, Refused)
    raise failure


def _connect_failure(login: Login, host: str, error: Exception) -> RotationError:
    code = number(error)
    if code in _REFUSED:
        return Refused(login.username, host, _REFUSED[code], code)
    if code in _BUSY:
        return (Crowded if code in _CROWDED else Postponed)(f"no login on {host} now: {_BUSY[code]} ({code})")
    if code == 2026:
        return Unreachable(f"{host} does not offer TLS, so no password was sent")
    cause: BaseException | None = getattr(error, "original_exception", None)
    if isinstance(cause, ssl.SSLError):
        return Unreachable(f"{host} did not prove its identity ({cause.reason or type(cause).__name__})")
    detail = type(cause).__name__ if cause else code or type(error).__name__
    return Unreachable(f"{host} cannot be reached ({detail})", hint="check its address, port and security groups")


def statement_failure(kind: str, host: str, error: Exception) -> RotationError:
    """What a failed statement means, in words without the statement."""
    code = number(error)
    if code in _BUSY:
        return Postponed(f"{kind} on {host}: {_BUSY[code]} ({code})")
    if code in _DENIED:
        return Unsupported(
            f"the administrator may not do {kind} on {host} ({code})",
            hint="it needs CREATE USER, SELECT on mysql.user, and the application's privileges WITH GRANT OPTION",
        )
    if code in _LOST or not isinstance(error, pymysql.err.Error):
        return ConnectionLost(f"the connection to {host} ended during {kind} ({code or type(error).__name__})")
    return Unsupported(f"the server on {host} refused {kind} ({code or type(error).__name__})")


def number(error: Exception) -> int:
    """The error's number, or 0."""
    first = error.args[0] if error.args else 0
    return first if isinstance(first, int) else 0
