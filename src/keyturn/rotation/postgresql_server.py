"""
An administrator's session on a PostgreSQL server, and the few statements that a rotation needs.

Passwords are set by verifier, so no statement carries one. Statements that belong together are sent as one message, which the server
carries out as one transaction.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pg8000.exceptions import Error
from pg8000.native import identifier, literal

from . import postgresql_settings, postgresql_verifier
from .errors import AtWork, ConnectionLost, Postponed, Unsupported
from .postgresql_account import Mark, PostgreSQLAccount, Role, Standing
from .postgresql_connection import LONGEST_SILENCE, close, run, statement_failure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pg8000.native import Connection

    from .configuration import Configuration
    from .redact import Redactor
    from .report import Report
    from .secret import Login

LEAST_VERSION = 12

SCHEMA = "public"

# What of the configured privileges is granted on what; the rest are on tables.
_ON_SCHEMA = frozenset({"CREATE"})
_ON_DATABASE = frozenset({"TEMPORARY"})
_ON_ROUTINES = frozenset({"EXECUTE"})

# The last is in PostgreSQL since 14; before that, it is TCP that finds out that a client is gone.
_ENTER = """
SELECT current_setting('server_version_num')::int, pg_is_in_recovery(), current_setting('transaction_read_only'),
       (SELECT set_config(name, '{silence}s', false) FROM pg_settings WHERE name = 'idle_session_timeout')
"""

_READ_ROLES = """
SELECT r.rolname, r.rolcanlogin, coalesce(r.rolvaliduntil <= now(), false), r.rolconnlimit,
       shobj_description(r.oid, 'pg_authid'),
       EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid
               WHERE m.member = r.oid AND o.rolname = {owner} AND coalesce((to_jsonb(m) ->> 'set_option')::bool, true)),
       EXISTS (SELECT FROM pg_db_role_setting s
               WHERE s.setrole = r.oid AND s.setdatabase = 0 AND {setting} = ANY (s.setconfig)),
       r.rolsuper OR r.rolreplication OR r.rolbypassrls,
       EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles o ON o.oid = m.roleid
               WHERE m.member = r.oid AND o.rolname IN ('rds_iam', 'rds_ad')),
       coalesce(current_setting('credcheck.max_auth_failure', true), '0')
FROM pg_roles r WHERE r.rolname IN ({names}) ORDER BY r.rolname
"""

# A lock's number is kept in two halves. PostgreSQL manual, "pg_locks".
_READ_HOLDER = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32 | objid::bigint) = {number} AND objsubid = 1
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


class PostgreSQLServer:
    """
    See `engine.Server`. The lock ends with the session, also when the session is killed or its client is gone.

    `prove` logs in on the same host and says whether the password was accepted.
    """

    def __init__(
        self,
        connection: Connection,
        host: str,
        configuration: Configuration,
        report: Report,
        redactor: Redactor,
        prove: Callable[[Login], bool],
    ) -> None:
        self._connection = connection
        self._host = host
        self._configuration = configuration
        self._report = report
        self._redactor = redactor
        self._prove = prove

    def enter(self) -> None:
        """
        Prove that this is the writer, and take the account's lock.

        Raises:
            Postponed: The server is read-only, or another run holds the lock.
            Unsupported: The server is too old.
        """
        [[version, recovering, read_only, _]] = self.run("read settings", _ENTER.format(silence=LONGEST_SILENCE))
        if version < LEAST_VERSION * 10000:
            raise Unsupported(f"PostgreSQL {version // 10000} is too old", hint=f"{LEAST_VERSION} is the oldest")
        if recovering or read_only == "on":
            raise Postponed(f"{self._host} is read-only, so it is not the writer now")
        number = _lock_number(self._configuration.user)
        try:
            self.run("lock", f"SELECT pg_advisory_lock({number})")
        except Postponed:
            holders = self.run("read lock", _READ_HOLDER.format(number=number))
            raise AtWork(holders[0][0] if holders else None) from None

    def account(self) -> PostgreSQLAccount | None:
        found = self._found()
        return found if found.has(self._configuration.user) else None

    def _found(self) -> PostgreSQLAccount:
        """The roles that there are."""
        owner, *others = self._configuration.logins
        rows = self.run(
            "read account",
            _READ_ROLES.format(
                owner=literal(owner),
                setting=literal(f"role={owner}"),
                names=", ".join(literal(name) for name in (owner, *others)),
            ),
        )
        roles = tuple(self._role(owner, *row[:-1]) for row in rows)
        forgiving = all(row[-1] in ("0", "") for row in rows)  # credcheck bans who fails too often.
        return PostgreSQLAccount(roles, forgiving, self._prove)

    def provision(self, login: Login, *, first: bool) -> PostgreSQLAccount:
        found = self._found()
        if first:
            self._require_ours(found)
        if not found.has(self._configuration.user):
            self.change("create role", [*self._owner(), *self._giving(found, login)])
        return self._existing_account()

    def _require_ours(self, found: PostgreSQLAccount) -> None:
        """What we have made bears a mark, from its first moment; another's role would lose its password."""
        for role in found.roles:
            if role.mark is None and role.name != self._configuration.user:
                raise Unsupported(
                    f"there is a role {role.name} already, which is to be a login role of {self._configuration.user}",
                    hint="rename or drop it, or choose another DB_USER",
                )

    def establish(self, current: Login, worth_keeping: tuple[Login, ...]) -> PostgreSQLAccount:
        account = self._existing_account()
        ended = account.ended_by(current, worth_keeping)
        statements = [statement for role in ended for statement in _ending(role)]
        kept = replace(account, roles=tuple(role for role in account.roles if role not in ended))
        self.change("alter role", [*statements, *self._leading(kept, current)])
        return self._existing_account()

    def admit(self, pending: Login) -> PostgreSQLAccount:
        self.change("alter role", list(self._leading(self._existing_account(), pending)))
        return self._existing_account()

    def discard(self) -> PostgreSQLAccount:
        roles = [role for role in self._existing_account().roles if role.can_log_in and not role.newest]
        if roles:
            self.change("discard", [statement for role in roles for statement in _ending(role)])
        return self._existing_account()

    def change_own(self, new: Login) -> None:
        """Give the session's own role another password."""
        verifier = postgresql_verifier.make(new.password)
        self._redactor.learn(verifier)
        self.run("alter role", f"ALTER ROLE SESSION_USER PASSWORD {literal(verifier)}")

    def close(self) -> None:
        """End the session, and so give back the lock."""
        close(self._connection)

    def _existing_account(self) -> PostgreSQLAccount:
        account = self.account()
        if account is None:
            raise Postponed("the account was dropped by someone else during the rotation")
        return account

    def _role(
        self,
        owner: str,
        name: str,
        can_log_in: bool,
        expired: bool,
        connections: int,
        comment: str | None,
        member: bool,
        acts_as_owner: bool,
        powerful: bool,
        elsewhere: bool,
    ) -> Role:
        mark = Mark.read(comment)
        if powerful:
            raise Unsupported(
                f"{name} is a superuser, or may replicate or bypass security", hint="an application needs neither"
            )
        if elsewhere:
            raise Unsupported(f"{name} proves who it is by IAM or a directory", hint="REVOKE rds_iam or rds_ad from it")
        if mark and mark.standing is Standing.NEWEST and not can_log_in:
            raise Unsupported(
                f"{name} is locked", hint=f"ALTER ROLE {name} LOGIN if the application is to use it again"
            )
        whole = name == owner or (member and acts_as_owner)
        return Role(name, mark, can_log_in and not expired, whole, connections)

    def _leading(self, account: PostgreSQLAccount, login: Login) -> Iterator[str]:
        """What makes this password the newest and retains the newest before it."""
        if account.admits(login):
            yield _marking(login.username, Mark(Standing.NEWEST, login.version))
        else:
            yield from self._giving(account, login)
        for role in account.roles:
            if role.newest and role.mark and role.name != login.username:
                yield _marking(role.name, Mark(Standing.RETAINED, role.mark.version))

    def _giving(self, account: PostgreSQLAccount, login: Login) -> Iterator[str]:
        """What gives a role this password, and makes the role if it is missing."""
        owner, name = self._configuration.user, identifier(login.username)
        role = account.role(login)
        if role is None and login.username != owner:
            yield f"CREATE ROLE {name}"
        if login.username != owner and not (role and role.whole):
            # Older servers want the administrator to be what it says that others act as.
            yield f"GRANT {identifier(owner)} TO CURRENT_USER, {name}"
            yield f"ALTER ROLE {name} SET role = {literal(owner)}"
        verifier = postgresql_verifier.make(login.password)
        self._redactor.learn(verifier)
        example = account.example
        limit = example.connections if example else -1
        connections = f" CONNECTION LIMIT {limit}" if role is None or role.connections != limit else ""
        yield f"ALTER ROLE {name} LOGIN PASSWORD {literal(verifier)} VALID UNTIL 'infinity'{connections}"
        if example and example.name != login.username:
            settings = postgresql_settings.read(
                self.run("read role settings", postgresql_settings.query((example.name, login.username)))
            )
            wanted, there = (settings.get(name, {}) for name in (example.name, login.username))
            yield from postgresql_settings.copying(login.username, wanted, there)
        yield _marking(login.username, Mark(Standing.NEWEST, login.version))

    def _owner(self) -> Iterator[str]:
        """What makes the owner, with what the application may do."""
        owner, database = identifier(self._configuration.user), identifier(self._configuration.database)
        wanted = frozenset(self._configuration.privileges)
        tables = sorted(wanted - _ON_SCHEMA - _ON_DATABASE - _ON_ROUTINES)
        grants = {
            "TABLES": tables,
            "SEQUENCES": ["USAGE", "SELECT"] if "INSERT" in wanted else [],
            "ROUTINES": sorted(wanted & _ON_ROUTINES),
        }
        yield f"CREATE ROLE {owner} NOLOGIN"
        yield f"GRANT {', '.join(['CONNECT', *sorted(wanted & _ON_DATABASE)])} ON DATABASE {database} TO {owner}"
        yield f"GRANT {', '.join(['USAGE', *sorted(wanted & _ON_SCHEMA)])} ON SCHEMA {SCHEMA} TO {owner}"
        for kind, privileges in grants.items():
            if privileges:
                yield f"GRANT {', '.join(privileges)} ON ALL {kind} IN SCHEMA {SCHEMA} TO {owner}"
                # And on those that the administrator makes later.
                yield f"ALTER DEFAULT PRIVILEGES IN SCHEMA {SCHEMA} GRANT {', '.join(privileges)} ON {kind} TO {owner}"

    def change(self, kind: str, statements: list[str]) -> None:
        """Carry out these statements, all of them or none."""
        self.run(kind, "; ".join(statements))

    def run(self, kind: str, statements: str) -> list[list[Any]]:
        """
        Send statements as one message; `kind` is all that is said about them anywhere.

        Raises:
            ConnectionLost, Postponed, Unsupported: See `postgresql_connection.statement_failure`.
        """
        self._report.sql[kind] += 1
        try:
            return run(self._connection, statements)
        except (Error, OSError) as error:
            failure = statement_failure(kind, self._host, error)
        if isinstance(failure, ConnectionLost):
            self.close()
        raise failure


def _ending(role: Role) -> Iterator[str]:
    """What ends the life of a role's password. The owner keeps a comment that is not ours."""
    yield f"ALTER ROLE {identifier(role.name)} NOLOGIN PASSWORD NULL"
    if role.mark:
        yield _marking(role.name, Mark(Standing.DISCARDED))


def _marking(name: str, mark: Mark) -> str:
    return f"COMMENT ON ROLE {identifier(name)} IS {literal(str(mark))}"


def _lock_number(user: str) -> int:
    """The advisory lock of a user: a number that nobody else is likely to have."""
    return int.from_bytes(hashlib.sha256(f"keyturn:{user}".encode()).digest()[:8], "big", signed=True)
