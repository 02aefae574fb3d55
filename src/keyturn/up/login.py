"""One login as an application makes it, over verified TLS, whichever kind of server it is."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from typing import Any

TIMEOUT_SECONDS = 10
DENIED = frozenset({"1045", "28P01", "28000"})
"""Errors by which servers say that a password, or a user, is not the right one."""


class Failed(Exception):
    """A login that did not work; `error` is the server's number or code, or what the driver raised."""

    def __init__(self, error: str) -> None:
        super().__init__(error)
        self.error = error


def log_in(credentials: Mapping[str, Any], tls: ssl.SSLContext) -> None:
    """
    Log in, ask a question and leave.

    Args:
        credentials: The secret's value, with the keys that AWS's libraries read.

    Raises:
        Failed: It did not work.
    """
    ask = _postgresql if credentials.get("engine") == "postgres" else _mysql
    try:
        ask(credentials, tls)
    except OSError as failure:
        raise Failed(type(failure).__name__) from None


def _mysql(credentials: Mapping[str, Any], tls: ssl.SSLContext) -> None:
    import pymysql

    try:
        connection = pymysql.connect(
            host=credentials["host"],
            port=int(credentials["port"]),
            user=credentials["username"],
            password=credentials["password"],
            database=credentials.get("dbname"),
            ssl=tls,
            connect_timeout=TIMEOUT_SECONDS,
            read_timeout=TIMEOUT_SECONDS,
        )
        with closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except pymysql.Error as failure:
        raise Failed(str(failure.args[0])) from None


def _postgresql(credentials: Mapping[str, Any], tls: ssl.SSLContext) -> None:
    import pg8000.native

    channel = socket.create_connection((credentials["host"], int(credentials["port"])), timeout=TIMEOUT_SECONDS)
    channel.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with closing(channel):
        try:
            connection = pg8000.native.Connection(
                credentials["username"],
                host=credentials["host"],
                password=credentials["password"],
                database=credentials.get("dbname"),
                sock=channel,
                ssl_context=tls,
            )
            with closing(connection):
                connection.run("SELECT 1")
        except pg8000.exceptions.DatabaseError as failure:
            raise Failed(str(failure.args[0].get("C"))) from None
        except pg8000.exceptions.InterfaceError as failure:
            raise Failed(type(failure).__name__) from None
