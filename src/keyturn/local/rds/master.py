"""
The master user: names and passwords that RDS takes, and the password that RDS keeps itself, in a secret, and rotates.

Source: Aurora user guide, "Password management with Amazon Aurora and AWS Secrets Manager": a secret of its own for each database, with
`username` and `password`, under the key of the caller's choice, rotated every seven days, deleted with the database.
"""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.call import Call, Refused
from keyturn.local.mysql import Credentials
from keyturn.local.rds import errors
from keyturn.local.rds.database import ManagedSecret
from keyturn.local.rds.engines import RESERVED, RESERVED_EVERYWHERE
from keyturn.local.secretsmanager import SecretsManager
from keyturn.local.secretsmanager.password import random_password

NOT_IN_PASSWORDS = "/@\" '"
LONGEST_PASSWORD = 28
"""Of those that RDS makes."""
OWN_KEY = "alias/aws/secretsmanager"
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


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
    if len(password) < 8:
        raise errors.value(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."
        )
    if not all(" " < each <= "~" and each not in '/@"' for each in password):
        raise errors.value(
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"',"
            " ' ' may be used."
        )
    return password


class Masters:
    """Makes the secrets, changes them, and removes them: in Secrets Manager, as whoever calls RDS."""

    def __init__(self, secrets: SecretsManager) -> None:
        self._secrets = secrets
        self._handlers = secrets.handlers()

    def choose(self, call: Call, engine: str, parameters: dict[str, Any]) -> Credentials:
        """
        The master user of a new database, with the password given or, where RDS is to keep it, one made up.

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
            return Credentials(name, self.password(call))
        if parameters.get("MasterUserSecretKmsKeyId"):
            raise errors.combination(
                "A ManageMasterUserPassword value is required when MasterUserSecretKmsKeyId is specified."
            )
        if not given:
            raise errors.missing("MasterUserPassword")
        return Credentials(name, check_password(given))

    def password(self, call: Call) -> str:
        wanted = {"PasswordLength": LONGEST_PASSWORD, "ExcludeCharacters": NOT_IN_PASSWORDS}
        return str(random_password(call, wanted)["RandomPassword"])

    def keep(self, call: Call, kind: str, arn: str, master: Credentials, named: str | None) -> ManagedSecret:
        """
        Put a password into a secret of its own.

        Args:
            kind: `cluster` or `db`.
            arn: The database's.
            named: The key; None for Secrets Manager's own.

        Raises:
            Refused: There is no such key, or the caller may not use it.
        """
        key = kms.find(call.account, call.region, named or OWN_KEY)
        if named and (key is None or not key.usable):
            raise errors.key_not_accessible(named)
        request = {
            "Name": f"rds!{kind}-{uuid.uuid4()}",
            "Description": f"The secret associated with the primary RDS DB {'cluster' if kind == 'cluster' else 'instance'}: {arn}",
            "KmsKeyId": key.arn if named and key else None,
            "SecretString": _json(master),
            "OwningService": "rds",
            "Tags": [
                {"Key": "aws:secretsmanager:owningService", "Value": "rds"},
                {"Key": f"aws:rds:primaryDB{'Cluster' if kind == 'cluster' else 'Instance'}Arn", "Value": arn},
            ],
        }
        try:
            made = self._handlers["secretsmanager:CreateSecret"](call, request)
        except Refused:
            raise errors.key_not_accessible(named or OWN_KEY) from None
        assert isinstance(made, dict)
        own = f"arn:{partition(call.region).name}:kms:{call.region}:{call.account}:{OWN_KEY}"
        return ManagedSecret(made["ARN"], key.arn if key else own)

    def change(self, call: Call, secret: ManagedSecret, master: Credentials) -> None:
        """Write another password into a secret; the former stays there under AWSPREVIOUS."""
        self._handlers["secretsmanager:PutSecretValue"](call, {"SecretId": secret.arn, "SecretString": _json(master)})

    def remove(self, region: str, secret: ManagedSecret) -> None:
        vault = self._secrets.vault(region)
        with vault.lock:
            vault.remove(vault.get(secret.arn))


def _json(master: Credentials) -> str:
    return json.dumps({"username": master.user, "password": master.password}, separators=(",", ":"))
