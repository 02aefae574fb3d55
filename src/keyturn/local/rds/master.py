"""
The master user's name and password, as RDS takes them.

Source: RDS API reference, CreateDBCluster, MasterUsername and MasterUserPassword.
"""

from __future__ import annotations

from typing import Any

from keyturn.facts import rds_rules
from keyturn.local.call import Call, Refused
from keyturn.local.rds import errors
from keyturn.local.secretsmanager.password import random_password
from keyturn.local.servers.credentials import Credentials

RESERVED = frozenset({"rdsadmin"})
"""What no engine's master user can be called."""
MADE_LENGTH = 28
"""Of passwords that RDS makes."""


def choose(call: Call, engine: str, parameters: dict[str, Any]) -> Credentials:
    """
    The master user of a new database, with the password given or, where RDS is to manage it, one made up.

    Raises:
        Refused: RDS does not take the name or the password.
    """
    name = check_name(engine, parameters.get("MasterUsername"))
    given = parameters.get("MasterUserPassword")
    if parameters.get("ManageMasterUserPassword"):
        if given:
            raise errors.combination(
                "MasterUserPassword can't be specified when ManageMasterUserPassword is set to true."
            )
        return Credentials(name, new_password(call))
    if parameters.get("MasterUserSecretKmsKeyId"):
        raise errors.combination(
            "A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified."
        )
    if not given:
        raise errors.missing("MasterUserPassword")
    return Credentials(name, check_password(engine, given))


def check_name(engine: str, name: str | None) -> str:
    """
    See whether a master user may be called so.

    Raises:
        Refused: It may not.
    """
    if not name:
        raise errors.missing("MasterUsername")
    if name.lower() in rds_rules.RESERVED_NAMES.get(engine, RESERVED):
        raise Refused.with_error(rds_rules.name_reserved(name))
    if not rds_rules.NAME.fullmatch(name):
        raise Refused.with_error(rds_rules.name_malformed())
    longest = rds_rules.NAME_LENGTHS.get(engine)
    if longest and len(name) > longest:
        raise errors.value(f"MasterUsername must not be longer than {longest} characters.")
    return name


def check_password(engine: str, password: str) -> str:
    """
    See whether RDS takes a password.

    Raises:
        Refused: It does not.
    """
    if fault := rds_rules.password_fault(engine, password):
        raise Refused.with_error(fault[1])
    return password


def new_password(call: Call) -> str:
    wanted = {"PasswordLength": MADE_LENGTH, "ExcludeCharacters": rds_rules.EXCLUDED_CHARACTERS + "'"}
    return str(random_password(call, wanted)["RandomPassword"])
