"""
PostgreSQL 12 or later and Aurora PostgreSQL: two login roles, one after the other, over one owner that does not log in.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from pg8000.exceptions import Error

from .errors import Reason, Refused, Unsupported
from .passwords import NO_POLICY, Policy
from .postgresql_connection import LOCK_WAIT, STATEMENT_TIMEOUT, connect, run, statement_failure
from .postgresql_server import PostgreSQLServer

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .configuration import Configuration
    from .postgresql_account import PostgreSQLAccount
    from .redact import Redactor
    from .report import Report
    from .secret import Login

# Names that stand alone are PostgreSQL's own, whatever others have put into the database.
SESSION = {
    "search_path": "pg_catalog",
    "standard_conforming_strings": "on",
    "lock_timeout": str(LOCK_WAIT * 1000),
    "statement_timeout": str(STATEMENT_TIMEOUT * 1000),
}

# Refusals that say something of the password, or of the role that has it.
_OF_THE_PASSWORD = frozenset({Reason.ACCESS_DENIED, Reason.LOCKED})


class PostgreSQL:
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
        with closing(connection):
            try:
                [[acts_as]] = run(connection, "SELECT current_user")
            except (Error, OSError) as error:
                raise statement_failure("ask who it is", host, error) from None
        if acts_as != self._configuration.user and not self._configuration.plain:
            raise Unsupported(
                f"{login.username} logs in on {host} and does not act as {self._configuration.user}",
                hint="the hourly run gives it that again",
            )

    def password_policy(self, administrator: Callable[[], Login]) -> Policy:
        return NO_POLICY  # PostgreSQL has no settings that say one.

    def change_own(self, login: Login, new: Login) -> None:
        with closing(self._session(login, self._configuration.host)) as server:
            server.change_own(new)

    def observe(self, administrator: Login, host: str) -> PostgreSQLAccount | None:
        with closing(self._session(administrator, host)) as server:
            return server.account()

    @contextmanager
    def administer(self, login: Login) -> Iterator[PostgreSQLServer]:
        with closing(self._session(login, self._configuration.host)) as server:
            server.enter()
            yield server

    def _session(self, login: Login, host: str) -> PostgreSQLServer:
        connection = connect(
            login,
            host,
            self._configuration.port,
            database=self._configuration.database,
            context=self._context,
            report=self._report,
            settings=SESSION,
        )

        def prove(login: Login) -> bool:
            try:
                self.log_in(login, host)
            except Refused as refusal:
                if refusal.reason not in _OF_THE_PASSWORD:
                    raise
                return False
            return True

        return PostgreSQLServer(connection, host, self._configuration, self._report, self._redactor, prove)
