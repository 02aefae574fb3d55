"""
What has been set for a role, `ALTER ROLE app SET search_path = shop`, and how another role gets the same.

A setting holds for who logs in, and so it would be lost when the application moves over to the other login role.

Only settings that any user may change go along: others take a superuser to set.

Source: PostgreSQL manual, "pg_db_role_setting", and "pg_settings" on `context`. Lists are stored with their names quoted as identifiers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pg8000.native import identifier, literal

Settings = dict[tuple[str | None, str], str]
"""Values by database, None for all of them, and name."""

_LISTS = frozenset({"local_preload_libraries", "search_path", "session_preload_libraries", "temp_tablespaces"})

_READ = """
SELECT r.rolname, d.datname, lower(split_part(c, '=', 1)), substr(c, strpos(c, '=') + 1)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase,
     unnest(s.setconfig) AS c
WHERE r.rolname IN ({names})
  AND lower(split_part(c, '=', 1)) IN (SELECT lower(name) FROM pg_settings WHERE context = 'user')
"""


def query(names: Iterable[str]) -> str:
    """Asks for the settings of these roles; `read` reads the rows."""
    return _READ.format(names=", ".join(literal(name) for name in names))


def read(rows: Iterable[Iterable[str]]) -> dict[str, Settings]:
    """The settings of each role that has some."""
    found: dict[str, Settings] = {}
    for role, database, name, value in rows:
        found.setdefault(role, {})[database or None, name] = value
    return found


def copying(role: str, wanted: Settings, there: Settings) -> Iterator[str]:
    """The statements by which a role with these settings gets those that are wanted."""
    for place, value in wanted.items():
        if there.get(place) != value:
            yield f"{_altering(role, place[0])} SET {identifier(place[1])} TO {_written(place[1], value)}"
    for database, name in there.keys() - wanted.keys():
        yield f"{_altering(role, database)} RESET {identifier(name)}"


def _altering(role: str, database: str | None) -> str:
    return f"ALTER ROLE {identifier(role)}" + (f" IN DATABASE {identifier(database)}" if database else "")


def _written(name: str, value: str) -> str:
    if name not in _LISTS:
        return str(literal(value))
    quoted_or_not = re.findall(r'"((?:[^"]|"")*)"|([^,\s"]+)', value)
    return ", ".join(literal(quoted.replace('""', '"') or plain) for quoted, plain in quoted_or_not) or "''"
