"""
What the function was deployed to do, read once from its environment.

Everything that decides where a password is sent, and for whom it is changed, is pinned here and
nowhere else. A secret's content is data: it may be compared with these values, never replace them.

| variable | meaning |
|---|---|
| `SECRET_ARN` | the one secret this function may rotate |
| `ADMIN_SECRET_ARN` | the administrator's secret: JSON with `username` and `password`; not needed by the plain strategies |
| `STRATEGY` | `two-passwords` (default), or `single-user` or `alternating-users`, which cost something; see `plain` |
| `ENGINE` | `aurora-mysql`, `mysql`, `mariadb`, `aurora-postgresql` or `postgres` |
| `DB_HOST`, `DB_PORT` | the writer; the port defaults to the engine's |
| `DB_READER_HOST` | optional: where readers are asked before AWSCURRENT moves; several with commas between them |
| `DB_NAME` | the application's database |
| `DB_USER`, `DB_USER_HOST` | the application's account; the host, of MySQL and MariaDB, defaults to `%` |
| `DB_PRIVILEGES` | granted on `DB_NAME` by the first rotation; default `SELECT, INSERT, UPDATE, DELETE` |
| `GRACE_SECONDS` | how long the old password keeps working; default 86400 |
| `PASSWORD_…` | how passwords are made; see `passwords` |
| `CA_BUNDLE` | optional: a PEM file instead of the RDS certificates in this package |
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Rejected
from .passwords import Rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RDS_CERTIFICATES = Path(__file__).with_name("rds-ca-bundle.pem")

PORTS = {"aurora-mysql": 3306, "mysql": 3306, "mariadb": 3306, "aurora-postgresql": 5432, "postgres": 5432}
POSTGRESQL = frozenset({"aurora-postgresql", "postgres"})

# In characters; in bytes for PostgreSQL, less what its login roles have in addition.
LONGEST_USER = {"aurora-mysql": 32, "mysql": 32, "mariadb": 80, "aurora-postgresql": 61, "postgres": 61}

LOGIN_SUFFIXES = ("_a", "_b")
CLONE_SUFFIX = "_clone"  # as AWS's own functions name it

TWO_PASSWORDS, SINGLE_USER, ALTERNATING_USERS = "two-passwords", "single-user", "alternating-users"
STRATEGIES = (TWO_PASSWORDS, SINGLE_USER, ALTERNATING_USERS)

# Privileges that MySQL grants on a database; MySQL 8.0 manual, "Privileges Provided by MySQL".
# Left out on purpose: GRANT OPTION, with which an application could pass its rights on.
DATABASE_PRIVILEGES = frozenset(
    {
        "SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "DROP", "REFERENCES", "INDEX", "ALTER", "EXECUTE",
        "CREATE TEMPORARY TABLES", "LOCK TABLES", "CREATE VIEW", "SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE",
        "EVENT", "TRIGGER",
    }
)  # fmt: skip

# Privileges that PostgreSQL grants on a database, its schema and what is in it; PostgreSQL manual, "Privileges".
POSTGRESQL_PRIVILEGES = frozenset(
    {"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "CREATE", "TEMPORARY", "EXECUTE"}
)

# Accounts that belong to the server or to AWS. Changing their passwords breaks what is not ours.
RESERVED_USERS = frozenset(
    {
        "root",
        "rdsadmin",
        "rdsproxyadmin",
        "rdsrepladmin",
        "rdstopmgr",
        "mysql.sys",
        "mysql.session",
        "mysql.infoschema",
        "mariadb.sys",
        "postgres",
        "public",
        "rds_ad",
        "rds_extension",
        "rds_iam",
        "rds_password",
        "rds_replication",
        "rds_superuser",
    }
)

_SECRET_ARN = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[A-Za-z0-9/_+=.@!-]+")


@dataclass(frozen=True, slots=True)
class Configuration:
    """The function's pinned settings. `grace` is in seconds; to `readers` the account is copied, sooner or later."""

    secret_arn: str
    administrator_arn: str
    engine: str
    strategy: str
    host: str
    port: int
    readers: tuple[str, ...]
    database: str
    user: str
    user_host: str
    privileges: tuple[str, ...]
    grace: int
    passwords: Rules
    ca_bundle: Path

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every place where a password has to work before it becomes current."""
        return (self.host, *self.readers)

    @property
    def logins(self) -> tuple[str, ...]:
        """The user names that a secret may hold. On PostgreSQL a password has a role of its own; see `postgresql_account`."""
        if self.strategy == ALTERNATING_USERS:
            return (self.user, self.user + CLONE_SUFFIX)
        if self.plain or self.engine not in POSTGRESQL:
            return (self.user,)
        return (self.user, *(self.user + suffix for suffix in LOGIN_SUFFIXES))

    @property
    def plain(self) -> bool:
        """Whether a user has one password only; see `plain`."""
        return self.strategy != TWO_PASSWORDS

    def login_after(self, current: str | None) -> str:
        """The user name that gets the password after the one of `current`."""
        taking_turns = self.logins if self.plain else self.logins[1:]
        return next((name for name in taking_turns if name != current), self.user)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Configuration:
        """
        Read the settings.

        Raises:
            Rejected: A variable is missing or has no usable value; the text names it.
        """
        engine = _one_of(environment, "ENGINE", PORTS)
        strategy = _one_of({"STRATEGY": TWO_PASSWORDS, **environment}, "STRATEGY", STRATEGIES)
        return cls(
            secret_arn=_arn(environment, "SECRET_ARN"),
            administrator_arn=_administrator(environment, strategy),
            engine=engine,
            strategy=strategy,
            host=_required(environment, "DB_HOST"),
            port=_integer(environment, "DB_PORT", default=PORTS[engine], least=1, most=65535),
            readers=tuple(host for each in environment.get("DB_READER_HOST", "").split(",") if (host := each.strip())),
            database=_required(environment, "DB_NAME"),
            user=_user(environment, engine),
            user_host=environment.get("DB_USER_HOST") or "%",
            privileges=_privileges(environment, engine),
            grace=_integer(environment, "GRACE_SECONDS", default=86400, least=0, most=365 * 86400),
            passwords=Rules.from_environment(environment),
            ca_bundle=_ca_bundle(environment),
        )


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "").strip()
    if not value:
        raise Rejected(f"environment variable {name} is not set")
    return value


def _arn(environment: Mapping[str, str], name: str) -> str:
    value = _required(environment, name)
    if not _SECRET_ARN.fullmatch(value):
        raise Rejected(f"environment variable {name} is not the ARN of a secret")
    return value


def _administrator(environment: Mapping[str, str], strategy: str) -> str:
    if strategy != TWO_PASSWORDS and not environment.get("ADMIN_SECRET_ARN"):
        return ""
    try:
        return _arn(environment, "ADMIN_SECRET_ARN")
    except Rejected as error:
        hint = "without an administrator, STRATEGY can be single-user or alternating-users: see docs/rotation.md for the outage they cause"
        raise Rejected(error.message, hint=hint) from None


def _one_of(environment: Mapping[str, str], name: str, choices: Iterable[str]) -> str:
    value = _required(environment, name)
    if value not in choices:
        raise Rejected(f"environment variable {name} is {value!r}", hint=f"it can be {', '.join(choices)}")
    return value


def _integer(environment: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    text = environment.get(name) or str(default)
    if not re.fullmatch(r"\d{1,9}", text) or not least <= int(text) <= most:
        raise Rejected(f"environment variable {name} is {text!r}", hint=f"it is a number from {least} to {most}")
    return int(text)


def _user(environment: Mapping[str, str], engine: str) -> str:
    user, longest = _required(environment, "DB_USER"), LONGEST_USER[engine]
    reserved = engine in POSTGRESQL and user.startswith("pg_")  # PostgreSQL makes no other roles so named.
    if reserved or user.lower() in RESERVED_USERS:
        raise Rejected(f"environment variable DB_USER is {user!r}, which belongs to the server and is never rotated")
    if len(user.encode() if engine in POSTGRESQL else user) > longest:
        raise Rejected(f"environment variable DB_USER is longer than the {longest} characters that the server allows")
    return user


def _privileges(environment: Mapping[str, str], engine: str) -> tuple[str, ...]:
    text = environment.get("DB_PRIVILEGES") or "SELECT, INSERT, UPDATE, DELETE"
    words = tuple(" ".join(word.upper().split()) for word in text.split(","))
    for word in words:
        if word not in (POSTGRESQL_PRIVILEGES if engine in POSTGRESQL else DATABASE_PRIVILEGES):
            raise Rejected(f"environment variable DB_PRIVILEGES names {word!r}, which is not granted on a database")
    return words


def _ca_bundle(environment: Mapping[str, str]) -> Path:
    path = Path(environment.get("CA_BUNDLE") or RDS_CERTIFICATES)
    if not path.is_file():
        raise Rejected(f"there is no certificate file {path}", hint="CA_BUNDLE names it")
    return path
