"""
MySQL 8.0.14 or later, Aurora MySQL 3, and MariaDB 10.4 or later: two passwords for one account.

They speak one protocol. What differs is the administrator's session.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from .mariadb_server import MariaDBServer
from .mysql_connection import connect
from .mysql_server import MySQLServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .configuration import Configuration
    from .mysql_account import MySQLAccount
    from .passwords import Policy
    from .redact import Redactor
    from .report import Report
    from .secret import Login

SERVERS = {"aurora-mysql": MySQLServer, "mysql": MySQLServer, "mariadb": MariaDBServer}


class MySQL:
    """See `engine.Engine`."""

    def __init__(
        self, configuration: Configuration, context: ssl.SSLContext, report: Report, redactor: Redactor
    ) -> None:
        self._configuration = configuration
        self._context = context
        self._report = report
        self._redactor = redactor

    def log_in(self, login: Login, host: str) -> None:
        connection = connect(
            login,
            host,
            self._configuration.port,
            database=self._configuration.database,
            context=self._context,
            report=self._report,
        )
        connection.close()

    def change_own(self, login: Login, new: Login) -> None:
        with closing(self._session(login, self._configuration.host)) as server:
            server.change_own(login, new)

    def password_policy(self, administrator: Callable[[], Login]) -> Policy:
        with closing(self._session(administrator(), self._configuration.host)) as server:
            return server.password_policy()

    def observe(self, administrator: Login, host: str) -> MySQLAccount | None:
        with closing(self._session(administrator, host)) as server:
            return server.account()

    @contextmanager
    def administer(self, login: Login) -> Iterator[MySQLServer]:
        with closing(self._session(login, self._configuration.host)) as server:
            server.enter()
            yield server

    def _session(self, login: Login, host: str) -> MySQLServer:
        connection = connect(
            login, host, self._configuration.port, database=None, context=self._context, report=self._report
        )
        return SERVERS[self._configuration.engine](connection, host, self._configuration, self._report, self._redactor)
