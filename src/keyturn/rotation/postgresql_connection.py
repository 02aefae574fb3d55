"""
Connections to PostgreSQL over verified TLS, and what its errors mean.

Source of the codes: PostgreSQL manual, "PostgreSQL Error Codes". A server's error text may quote a statement, so only its code goes
further.
"""

from __future__ import annotations

import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pg8000.exceptions import DatabaseError, Error
from pg8000.native import Connection
from scramp import ScramException  # type: ignore[import-untyped]

from .errors import ConnectionLost, Crowded, Postponed, Reason, Refused, RotationError, Unreachable, Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .report import Report
    from .secret import Login

CONNECT_TIMEOUT = 5.0  # seconds, for TCP
ANSWER_TIMEOUT = 10.0  # seconds without an answer
LOCK_WAIT = 3  # seconds that a statement waits for a lock inside the server
STATEMENT_TIMEOUT = 8  # seconds that a statement may take there; less than ANSWER_TIMEOUT

# Seconds after which the server ends a session that says nothing, and so gives back its lock. A function that Lambda ends
# may not live to close its connection, and the server's own patience is hours. No run of ours is silent for so long.
LONGEST_SILENCE = 120

# The first message of a connection that is to be TLS: its length, and a number that no version of the protocol has.
# PostgreSQL manual, "Message Formats", SSLRequest.
_ASK_FOR_TLS = (8).to_bytes(4, "big") + (80877103).to_bytes(4, "big")

_REFUSED = {
    "28P01": Reason.ACCESS_DENIED,
    "3D000": Reason.NO_SUCH_DATABASE,
    "42501": Reason.DATABASE_DENIED,
}
_READ_ONLY = "the server is read-only, so it is not the writer now"
_BUSY = {
    "25006": _READ_ONLY,
    "40001": "another session changes the same",
    "40P01": "the change ran into a deadlock",
    "53100": "the server's disk is full",
    "53200": "the server has no memory left",
    "53300": "the server or the account has no connection left",
    "55P03": "another session holds a lock that the change needs",
    "57014": "the server took too long",
    "57P03": "the server is starting, stopping or failing over",
    "XX000": "another session changes the same",  # "tuple concurrently updated"
}
_CROWDED = "53300"
_DENIED = frozenset({"42501", "0LP01"})
_LOST = frozenset({"57P01", "57P02", "57P04", "57P05", "25P03"})


def connect(
    login: Login,
    host: str,
    port: int,
    *,
    database: str,
    context: ssl.SSLContext,
    report: Report,
    settings: Mapping[str, str] | None = None,
) -> Connection:
    """
    Log in over verified TLS. There is no way around TLS.

    Args:
        settings: The session's, by name.

    Raises:
        Refused: The server refused this login.
        Postponed: The server has no room for it now.
        Unreachable: Anything else.
    """
    report.sql["login"] += 1
    channel = _secured(host, port, context)
    try:
        connection = Connection(
            login.username,
            password=login.password,
            database=database,
            sock=channel,
            ssl_context=False,  # It is TLS already.
            application_name="keyturn",
            startup_params=dict(settings or {}),
        )
    except (Error, ScramException, OSError) as error:
        channel.close()
        failure = _connect_failure(login, host, error)
    else:
        report.logins["accepted"] += 1
        return connection
    report.logins["refused"] += isinstance(failure, Refused)
    raise failure


def _secured(host: str, port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A connection to the host that is TLS before anything else is said, and to whom it ought to be."""
    hint = "check its address, port and security groups"
    try:
        plain = socket.create_connection((host, port), CONNECT_TIMEOUT)
    except OSError as error:
        raise Unreachable(f"{host} cannot be reached ({type(error).__name__})", hint=hint) from None
    try:
        plain.settimeout(ANSWER_TIMEOUT)
        plain.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # Saves 40 ms a login, of short messages to and fro.
        plain.sendall(_ASK_FOR_TLS)
        answer = plain.recv(1)
        if answer == b"S":
            return context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLError as error:
        plain.close()
        raise Unreachable(f"{host} did not prove its identity ({error.reason or type(error).__name__})") from None
    except OSError as error:
        plain.close()
        raise Unreachable(f"{host} cannot be reached ({type(error).__name__})", hint=hint) from None
    plain.close()
    if answer == b"N":
        raise Unreachable(f"{host} does not offer TLS, so no password was sent")
    raise Unreachable(f"{host} does not speak PostgreSQL's protocol", hint=hint)


def _connect_failure(login: Login, host: str, error: Exception) -> RotationError:
    code = code_of(error)
    if code == "28000":
        return Refused(login.username, host, _reason_of_28000(error), code)
    if code in _REFUSED:
        return Refused(login.username, host, _REFUSED[code], code)
    if code in _BUSY:
        return (Crowded if code == _CROWDED else Postponed)(f"no login on {host} now: {_BUSY[code]} ({code})")
    if isinstance(error, ScramException):
        return Unreachable(f"{host} did not prove that it knows the password")
    return Unreachable(f"{host} cannot be reached ({code or type(error).__name__})")


def _reason_of_28000(error: Exception) -> Reason:
    """One code for several reasons; the part of the server that gave it tells them apart, in any language."""
    return Reason.LOCKED if _field(error, "R") == "InitializeSessionUserId" else Reason.HOST_DENIED


def statement_failure(kind: str, host: str, error: Exception) -> RotationError:
    """What a failed statement means, in words without the statement."""
    code = code_of(error)
    if code in _BUSY:
        return Postponed(f"{kind} on {host}: {_BUSY[code]} ({code})")
    if code in _DENIED:
        return Unsupported(
            f"the administrator may not do {kind} on {host} ({code})",
            hint="it needs CREATEROLE, ADMIN OPTION on the application's roles, what they are granted WITH GRANT OPTION, and"
            " rds_password where rds.restrict_password_commands is on",
        )
    if code in _LOST or not isinstance(error, DatabaseError):
        return ConnectionLost(f"the connection to {host} ended during {kind} ({code or type(error).__name__})")
    return Unsupported(f"the server on {host} refused {kind} ({code})")


def run(connection: Connection, statements: str) -> list[list[Any]]:
    """Send statements, which the server carries out all or none; the rows of the last."""
    return connection.run(statements) or []


def close(connection: Connection) -> None:
    with suppress(Error, OSError):  # It may be closed already.
        connection.close()


def code_of(error: Exception) -> str:
    """The error's code, or nothing."""
    return _field(error, "C")


def _field(error: Exception, key: str) -> str:
    fields = error.args[0] if error.args and isinstance(error, DatabaseError) else None
    return str(fields.get(key, "")) if isinstance(fields, dict) else ""
