"""
An administrator's session on a MySQL server, and the few statements that a rotation needs.

Passwords are set by verifier, so no statement carries one, and a statement that the server could not
parse has nothing to give away. Verifiers and names are written as literals of characters that need no
escaping or by the driver's own quoting.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

import pymysql

from . import mysql_verifier, password_policy
from .errors import OTHERWISE, AtWork, ConnectionLost, Postponed, Unsupported
from .mysql_account import Change, MySQLAccount, Row
from .mysql_connection import LOCK_WAIT, LONGEST_SILENCE, statement_failure
from .mysql_verifier import Plugin, Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pymysql.connections import Connection

    from .configuration import Configuration
    from .passwords import Policy
    from .redact import Redactor
    from .report import Report
    from .secret import Login

LEAST_VERSION = (8, 0, 14)  # The first with dual passwords; MySQL 8.0.14 release notes.
FIRST_WITH_REPLACE = (8, 0, 13)  # for accounts with PASSWORD REQUIRE CURRENT; MySQL 8.0.13 release notes
LOCK_PATIENCE = 3  # seconds: a run that was killed may still hold the lock for a moment


class MySQLServer:
    """See `engine.Server`. The lock ends with the session, also when the session is killed or its client is gone."""

    passwords: ClassVar = tuple(Plugin)
    """The ways of checking a password that this kind of server can rotate."""

    def __init__(
        self,
        connection: Connection[Any],
        host: str,
        configuration: Configuration,
        report: Report,
        redactor: Redactor,
    ) -> None:
        self._connection = connection
        self._host = host
        self._configuration = configuration
        self._report = report
        self._redactor = redactor

    def enter(self) -> None:
        """
        Prepare the session, prove that this is the writer, and take the account's lock.

        Raises:
            Postponed: The server is read-only, or another run holds the lock.
            Unsupported: The server has no dual passwords.
        """
        self.run("set", f"SET SESSION sql_mode = '', lock_wait_timeout = {LOCK_WAIT}, wait_timeout = {LONGEST_SILENCE}")
        name = f"keyturn:{self._configuration.user}"
        [(version, read_only, innodb_read_only, lock, holder)] = self.run(
            "lock",
            "SELECT VERSION(), @@GLOBAL.read_only, @@innodb_read_only, GET_LOCK(%s, %s), IS_USED_LOCK(%s)",
            name,
            LOCK_PATIENCE,
            name,
        )
        self.require_version(str(version))
        if read_only or innodb_read_only:
            raise Postponed(f"{self._host} is read-only, so it is not the writer now")
        if not lock:
            raise AtWork(holder)

    def account(self) -> MySQLAccount | None:
        rows = self.read_rows()
        for row in rows:
            self._require_rotatable(row)
        return MySQLAccount(rows) if rows else None

    def provision(self, login: Login, *, first: bool) -> MySQLAccount:
        account = self.account()
        if account and self._has_privileges(account):
            return account
        user = self._configuration.user
        hosts = [row.host for row in account.rows] if account else [self._configuration.user_host]
        if account is None:
            plugin, rounds = self.defaults()
            statement = f"CREATE USER %s@%s {self.identified(self.verifier(plugin, login, rounds))} REQUIRE SSL"
            self.run("create user", statement, user, *hosts)
        # Also for an account that an earlier run made and did not live to give its privileges.
        grantees = ", ".join(["%s@%s"] * len(hosts))
        arguments = [argument for host in hosts for argument in (user, host)]
        privileges = ", ".join(self._configuration.privileges)
        self.run("grant", f"GRANT {privileges} ON {self._database()}.* TO {grantees}", *arguments)
        return self._existing_account()

    def establish(self, current: Login, worth_keeping: tuple[Login, ...]) -> MySQLAccount:
        self._alter(self._existing_account().establishing(current, worth_keeping))
        return self._existing_account()

    def admit(self, pending: Login) -> MySQLAccount:
        self._alter(self._existing_account().admitting(pending))
        return self._existing_account()

    def discard(self) -> MySQLAccount:
        hosts = [row.host for row in self._existing_account().rows if row.retained is not None]
        if hosts:
            self.change_users("discard", dict.fromkeys(hosts, "DISCARD OLD PASSWORD"))
        return self._existing_account()

    def change_own(self, login: Login, new: Login) -> None:
        """
        Give the session's own user another password.

        MySQL takes a user's own password in plain text only. It hides it in its logs, in a statement that it can parse.
        """
        [(version,)] = self.run("read version", "SELECT VERSION()")
        knows_replace = _numbers(str(version)) >= FIRST_WITH_REPLACE
        statement = "ALTER USER USER() IDENTIFIED BY %s" + (" REPLACE %s" if knows_replace else "")
        self.run("alter user", statement, new.password, *([login.password] if knows_replace else []))

    def password_policy(self) -> Policy:
        """See `engine.Engine`."""
        named = " OR ".join(["Variable_name LIKE %s"] * len(password_policy.SETTINGS))
        statement = f"SHOW GLOBAL VARIABLES WHERE {named}"
        return password_policy.policy(dict(self.run("read password policy", statement, *password_policy.SETTINGS)))

    def close(self) -> None:
        """End the session, and so give back the lock."""
        with suppress(pymysql.err.Error):  # It may be closed already.
            self._connection.close()

    def _existing_account(self) -> MySQLAccount:
        account = self.account()
        if account is None:
            raise Postponed("the account was dropped by someone else during the rotation")
        return account

    def _has_privileges(self, account: MySQLAccount) -> bool:
        """Whether the account may do anything at all, on any of its hosts."""
        return any(
            not str(grant).startswith("GRANT USAGE ON *.* TO ")
            for row in account.rows
            for (grant,) in self.run("read grants", "SHOW GRANTS FOR %s@%s", self._configuration.user, row.host)
        )

    def _alter(self, changes: list[Change]) -> None:
        if changes:
            rounds = self.defaults()[1]
            self.change_users("alter user", {change.row.host: self.clause(change, rounds) for change in changes})

    def change_users(self, kind: str, clauses: Mapping[str, str]) -> None:
        """Change the user's rows for these hosts in one statement, which MySQL carries out whole or not at all."""
        statement = ", ".join(f"%s@%s {clause}" for clause in clauses.values())
        arguments = [argument for host in clauses for argument in (self._configuration.user, host)]
        self.run(kind, f"ALTER USER {statement}", *arguments)

    def verifier(self, plugin: Plugin, login: Login, rounds: int) -> Verifier:
        """What the server is to store for this password."""
        text = mysql_verifier.make(plugin, login.password, rounds=rounds)
        self._redactor.learn(text)
        return Verifier(plugin, text)

    def _database(self) -> str:
        """The configured database as GRANT wants it: `_` and `%` are patterns there unless escaped."""
        name = self._configuration.database.replace("`", "``")
        if self.names_are_patterns():
            name = name.replace("\\", "\\\\").replace("_", r"\_").replace("%", r"\%")
        return f"`{name.replace('%', '%%')}`"

    # What MariaDB does otherwise

    def require_version(self, version: str) -> None:
        """
        Go on only with a server that can do this.

        Raises:
            Unsupported: It cannot.
        """
        require_dual_passwords(version)

    def read_rows(self) -> tuple[Row, ...]:
        """The rows of the user, as they are stored."""
        found = self.run(
            "read account",
            "SELECT Host, plugin, HEX(authentication_string), account_locked,"
            " HEX(JSON_UNQUOTE(JSON_EXTRACT(User_attributes, '$.additional_password'))),"
            " JSON_EXTRACT(User_attributes, '$.Password_locking.failed_login_attempts')"
            " FROM mysql.user WHERE User = %s ORDER BY Host",
            self._configuration.user,
        )
        return tuple(
            Row(
                host=host,
                plugin=plugin,
                newest=bytes.fromhex(newest or ""),
                retained=bytes.fromhex(retained) if retained else None,
                locked=locked == "Y",
                attempts_limited=bool(int(attempts or 0)),
            )
            for host, plugin, newest, locked, retained, attempts in found
        )

    def identified(self, verifier: Verifier) -> str:
        """The clause that gives an account this verifier."""
        return f"IDENTIFIED WITH {verifier.plugin} AS {verifier.literal}"

    def clause(self, change: Change, rounds: int) -> str:
        """The clause of ALTER USER that makes this change."""
        retain = " RETAIN CURRENT PASSWORD" if change.retain else ""
        return self.identified(self.verifier(Plugin(change.row.plugin), change.login, rounds)) + retain

    def defaults(self) -> tuple[Plugin, int]:
        """How the server wants new passwords checked: by which plugin, and after how many rounds."""
        settings = dict(
            self.run(
                "read settings",
                "SHOW GLOBAL VARIABLES WHERE Variable_name IN"
                " ('default_authentication_plugin', 'authentication_policy', 'caching_sha2_password_digest_rounds')",
            )
        )
        # "*:plugin,,": the first factor may be any plugin, and is this one unless said otherwise.
        first_factor = settings.get("authentication_policy", "").split(",")[0].strip().removeprefix("*").lstrip(":")
        name = first_factor or settings.get("default_authentication_plugin", "")
        plugin = Plugin.NATIVE if name == Plugin.NATIVE else Plugin.SHA2
        return plugin, int(settings.get("caching_sha2_password_digest_rounds", mysql_verifier.LEAST_ROUNDS))

    def names_are_patterns(self) -> bool:
        """Whether GRANT takes `_` and `%` in a database's name for patterns."""
        [(partial_revokes,)] = self.run("read settings", "SELECT @@partial_revokes")
        return not partial_revokes

    def _require_rotatable(self, row: Row) -> None:
        name = f"{self._configuration.user}@{row.host}"
        if row.locked:
            raise Unsupported(f"{name} is locked", hint="unlock it if the application is to use it again")
        if row.plugin not in self.passwords:
            raise Unsupported(
                f"{name} checks its password with {row.plugin}",
                hint=f"passwords can be rotated for {' and '.join(self.passwords)}; {OTHERWISE}",
            )

    def run(self, kind: str, statement: str, *arguments: Any) -> tuple[tuple[Any, ...], ...]:
        """
        Run one statement; `kind` is all that is said about it anywhere.

        Raises:
            ConnectionLost, Postponed, Unsupported: See `mysql_connection.statement_failure`.
        """
        self._report.sql[kind] += 1
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(statement, arguments)
                return tuple(cursor.fetchall())
        except (pymysql.err.Error, OSError) as error:
            failure = statement_failure(kind, self._host, error)
        if isinstance(failure, ConnectionLost):
            self.close()
        raise failure


def require_dual_passwords(version: str) -> None:
    if "mariadb" in version.lower():
        raise Unsupported("the server is MariaDB", hint="ENGINE says MySQL")
    if _numbers(version) < LEAST_VERSION:
        raise Unsupported(f"MySQL {version} has no dual passwords", hint=f"they came with MySQL 8.0.14; {OTHERWISE}")


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
