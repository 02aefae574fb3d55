"""
The master user's name and password, as RDS takes them.

Source: RDS API reference, CreateDBCluster, MasterUsername and MasterUserPassword.
"""

from __future__ import annotations

import re
from typing import Any

from keyturn.local.call import Call
from keyturn.local.mysql import Credentials
from keyturn.local.rds import errors
from keyturn.local.rds.engines import RESERVED, RESERVED_EVERYWHERE
from keyturn.local.secretsmanager.password import random_password

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
NOT_IN_PASSWORDS = '/@" '
SHORTEST = 8
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
    return Credentials(name, check_password(given))


def check_name(engine: str, name: str | None) -> str:
    """
    See whether a master user may be called so.

    Raises:
        Refused: It may not.
    """
    if not name:
        raise errors.missing("MasterUsername")
    if name.lower() in (*RESERVED_EVERYWHERE, *RESERVED.get(engine, ())):
        raise errors.reserved_name("MasterUsername", name)
    if not NAME.fullmatch(name):
        raise errors.value(
            "MasterUsername must begin with a letter and contain only alphanumeric characters or underscores."
        )
    return name


def check_password(password: str) -> str:
    """
    See whether RDS takes a password.

    Raises:
        Refused: It does not.
    """
    if len(password) < SHORTEST:
        raise errors.value(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."
        )
    if not all("!" <= each <= "~" and each not in NOT_IN_PASSWORDS for each in password):
        raise errors.value(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', "
            "'\"', ' ' may be used."
        )
    return password


def new_password(call: Call) -> str:
    wanted = {"PasswordLength": MADE_LENGTH, "ExcludeCharacters": NOT_IN_PASSWORDS + "'"}
    return str(random_password(call, wanted)["RandomPassword"])
