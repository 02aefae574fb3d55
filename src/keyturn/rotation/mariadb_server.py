"""
An administrator's session on a MariaDB server, where it is not like one on MySQL.

MariaDB has no RETAIN CURRENT PASSWORD. An account may be given several verifiers, and a password that fits
one of them logs in: `IDENTIFIED VIA … USING 'new' OR … USING 'old'`. A statement names all that shall be,
so repeating it does no harm. More than two are not used: a client is told to switch for each verifier that
does not fit, and drivers, PyMySQL among them, give up at the second switch.

Source: MariaDB documentation, "ALTER USER" and "mysql.global_priv Table"; what is stored was read on 10.11.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, ClassVar

from .errors import OTHERWISE, Unsupported
from .mysql_account import Change, MySQLAccount, Row
from .mysql_server import MySQLServer
from .mysql_verifier import Plugin, Verifier

if TYPE_CHECKING:
    from .secret import Login

LEAST_VERSION = (10, 4)  # The first with several verifiers; MariaDB 10.4 release notes.
UNLIMITED = 4294967295  # max_password_errors, unless somebody has set it


class MariaDBServer(MySQLServer):
    """See `engine.Server`."""

    passwords: ClassVar = (Plugin.NATIVE,)

    def require_version(self, version: str) -> None:
        if "mariadb" not in version.lower():
            raise Unsupported("the server is not MariaDB", hint="ENGINE says it is")
        # Some report themselves as "5.5.5-10.6.1-MariaDB", for the sake of old replicas.
        found = re.search(r"(\d+)\.(\d+)\.\d+-MariaDB", version, re.IGNORECASE)
        if not found or (int(found[1]), int(found[2])) < LEAST_VERSION:
            raise Unsupported(
                f"MariaDB {version} has one password for each account", hint=f"several came with 10.4; {OTHERWISE}"
            )

    def read_rows(self) -> tuple[Row, ...]:
        found = self.run(
            "read account",
            "SELECT Host, Priv, @@max_password_errors FROM mysql.global_priv WHERE User = %s ORDER BY Host",
            self._configuration.user,
        )
        return tuple(self._row(host, json.loads(stored), most) for host, stored, most in found)

    def change_own(self, login: Login, new: Login) -> None:
        verifier = self.verifier(Plugin.NATIVE, new, 0)
        self.run("alter user", f"SET PASSWORD = {verifier.literal}")

    def discard(self) -> MySQLAccount:
        account = self._existing_account()
        kept = {
            row.host: self.identified(Verifier(Plugin.NATIVE, row.newest.decode()))
            for row in account.rows
            if row.retained is not None
        }
        if kept:
            self.change_users("discard", kept)
        return self._existing_account()

    def identified(self, verifier: Verifier) -> str:
        return f"IDENTIFIED VIA {verifier.plugin} USING {verifier.literal}"

    def clause(self, change: Change, rounds: int) -> str:
        clause = self.identified(self.verifier(Plugin.NATIVE, change.login, rounds))
        beside = change.row.newest if change.retain else change.row.retained
        return f"{clause} OR {_alternative(beside)}" if beside else clause

    def defaults(self) -> tuple[Plugin, int]:
        return Plugin.NATIVE, 0

    def names_are_patterns(self) -> bool:
        return True

    def _row(self, host: str, stored: dict[str, Any], most_errors: int) -> Row:
        # The first verifier stands outside the list, where an empty element marks its place.
        first = {key: stored.get(key, "") for key in ("plugin", "authentication_string")}
        verifiers = [each or first for each in stored.get("auth_or", [{}])]
        name = f"{self._configuration.user}@{host}"
        if stored.get("is_role"):
            raise Unsupported(f"{self._configuration.user} is a role")
        if len(verifiers) > 2:
            raise Unsupported(f"{name} has more than two passwords", hint="ALTER USER it to have one or two")
        others = [each["plugin"] for each in verifiers if each["plugin"] != Plugin.NATIVE]
        texts = [str(each.get("authentication_string", "")).encode() for each in verifiers]
        return Row(
            host=host,
            plugin=others[0] if others else Plugin.NATIVE,
            newest=texts[0],
            retained=texts[1] if len(texts) > 1 else None,
            locked=bool(stored.get("account_locked")),
            attempts_limited=most_errors != UNLIMITED,
        )


def _alternative(stored: bytes) -> str:
    return f"{Plugin.NATIVE} USING {Verifier(Plugin.NATIVE, stored.decode()).literal}"
