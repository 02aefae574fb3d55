"""
What a MySQL or MariaDB server demands of passwords, read from its settings.

The server would not hold a verifier against its policy; whoever has set one wants passwords to meet it all the same.

Sources: MySQL manual, "Password Validation Component System Variables" (with dots) and "Password Validation Plugin" (with underscores);
MariaDB documentation, "Simple Password Check Plugin", "strict_password_validation"; tried on MySQL 9.7 and MariaDB 10.11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .errors import Unsupported
from .passwords import Policy

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = ("validate_password%", "simple_password_check%", "cracklib_password_check%", "strict_password_validation")
"""Patterns of the settings' names, as LIKE has them."""

_LENGTH_ALONE = ("LOW", "0")


def policy(settings: Mapping[str, str]) -> Policy:
    """
    The policy that these settings make; where no check is installed, none.

    Raises:
        Unsupported: A MariaDB server that takes no verifiers, because it could not check the password.
    """
    checks = {name for name in settings if "_password_check" in name}
    if checks and settings.get("strict_password_validation") == "ON":
        raise Unsupported(
            "the server checks passwords and takes no verifiers: strict_password_validation is on",
            hint="turn it off; keyturn's passwords meet the policy that the server has",
        )
    if checks:
        return _of_mariadb(settings)
    return _of_mysql({name.removeprefix("validate_password")[1:]: value for name, value in settings.items()})


def _of_mysql(settings: Mapping[str, str]) -> Policy:
    length = _number(settings, "length")
    if settings.get("policy", "LOW") in _LENGTH_ALONE:
        return Policy(length)
    mixed = _number(settings, "mixed_case_count")
    return Policy(
        length,
        {
            "lower": mixed,
            "upper": mixed,
            "digits": _number(settings, "number_count"),
            "marks": _number(settings, "special_char_count"),
        },
    )


def _of_mariadb(settings: Mapping[str, str]) -> Policy:
    letters = _number(settings, "simple_password_check_letters_same_case")
    return Policy(
        _number(settings, "simple_password_check_minimal_length"),
        {
            "lower": letters,
            "upper": letters,
            "digits": _number(settings, "simple_password_check_digits"),
            "marks": _number(settings, "simple_password_check_other_characters"),
        },
    )


def _number(settings: Mapping[str, str], name: str) -> int:
    text = settings.get(name, "0")
    return int(text) if text.isdecimal() else 0
