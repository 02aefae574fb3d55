"""
The master user's password where RDS manages it: in a secret of its own, changed every seven days.

Source: Aurora user guide, "Password management with Amazon Aurora and AWS Secrets Manager": the secret holds `username` and `password`, is
under the key of the caller's choice, is rotated every seven days, and is deleted with the database; "Permissions required for Secrets
Manager integration" has what whoever makes the database needs.
"""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass, replace
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.authorization import Target, decide, decide_key, denial
from keyturn.local.call import Call, Caller, Refused
from keyturn.local.clock import Alarm, Clock
from keyturn.local.rds import errors
from keyturn.local.rds.master import new_password
from keyturn.local.rds.servers import Servers
from keyturn.local.secretsmanager import SecretsManager, encryption, schedule
from keyturn.local.secretsmanager.secret import CURRENT, Rotation, Secret, Version
from keyturn.local.servers.credentials import Credentials

RULES = {"AutomaticallyAfterDays": 7}
SECRET_ACTIONS = ("secretsmanager:CreateSecret", "secretsmanager:TagResource")
KEY_ACTIONS = ("kms:DescribeKey", "kms:CreateGrant")
"""Beside those that Secrets Manager asks for itself."""


@dataclass(slots=True, eq=False)
class MasterSecret:
    """
    The secret of one database.

    Attributes:
        database: The database's id.
        key: The ARN of the key it is encrypted with.
        status: `active`, or `impaired` when it could not be rotated.
        as_service: A call on behalf of RDS itself, whom the key's grant lets in after the database is made.
    """

    arn: str
    key: str
    database: str
    user: str
    as_service: Call
    status: str = "active"
    alarm: Alarm | None = None

    def told(self) -> dict[str, Any]:
        return {"SecretArn": self.arn, "SecretStatus": self.status, "KmsKeyId": self.key}


class MasterSecrets:
    """Makes them, changes them, and removes them."""

    def __init__(self, secrets: SecretsManager, servers: Servers, clock: Clock) -> None:
        self._secrets = secrets
        self._servers = servers
        self._clock = clock
        self._kept: dict[str, MasterSecret] = {}
        secrets.manage("rds", self._asked)

    def keep(
        self, call: Call, kind: str, database: str, arn: str, master: Credentials, key: str | None
    ) -> MasterSecret:
        """
        Put a password into a secret of its own, with the rights of whoever calls RDS.

        Args:
            kind: `cluster` or `db`.
            database: Its id.
            arn: The database's.
            key: As named in the request; None for Secrets Manager's own.

        Raises:
            Refused: There is no such key, or the caller may not use it, or not make secrets.
        """
        found = kms.find(call.account, call.region, key or encryption.OWN_KEY)
        if key and (found is None or not found.usable):
            raise errors.key_not_accessible(key)
        noun = "Cluster" if kind == "cluster" else "Instance"
        request: dict[str, Any] = {
            "Name": f"rds!{kind}-{uuid.uuid4()}",
            "Description": f"The secret associated with the primary RDS DB {noun.lower()}: {arn}",
            "KmsKeyId": found.arn if key and found else None,
            "SecretString": _json(master),
            "OwningService": "rds",
            "Tags": [
                {"Key": "aws:secretsmanager:owningService", "Value": "rds"},
                {"Key": f"aws:rds:primaryDB{noun}Arn", "Value": arn},
            ],
        }
        _check_rights(call, request["Name"], found if key else None)
        try:
            made = self._secrets.create(call, request)
        except Refused:
            raise errors.key_not_accessible(key or encryption.OWN_KEY) from None
        names = partition(call.region).name
        own = f"arn:{names}:kms:{call.region}:{call.account}:{encryption.OWN_KEY}"
        service = Caller(f"arn:{names}:iam::{call.account}:root", call.account, "root")
        secret = MasterSecret(
            made["ARN"], found.arn if found else own, database, master.user, replace(call, caller=service)
        )
        self._kept[secret.arn] = secret
        self._plan(secret)
        return secret

    def rotate(self, secret: MasterSecret) -> None:
        """
        Give the master user another password; the former one stays in the secret as AWSPREVIOUS, but logs in no more.

        Raises:
            Refused: The secret or its key is gone; nothing has changed.
        """
        vault = self._secrets.vault(secret.as_service.region)
        with vault.lock:
            held = vault.get(secret.arn)
            master = Credentials(secret.user, new_password(secret.as_service))
            now = self._clock.now()
            version = Version(str(uuid.uuid4()), now, string=_json(master), key=held.key)
            encryption.may_encrypt(secret.as_service, held, version.id)
            self._servers.set_password(secret.database, master)
            held.versions[version.id] = version
            held.label(version, CURRENT)
            held.changed = now
            held.prune(now)
            self._plan(secret)
            assert held.rotation
            held.rotation.last = now

    def resume(self, secret: MasterSecret) -> None:
        """Have the password of a database that was kept changed when it is due."""
        self._kept[secret.arn] = secret
        held = self._secrets.vault(secret.as_service.region).get(secret.arn)
        if held.rotation and held.rotation.next:
            secret.alarm = self._clock.at(held.rotation.next[0], lambda: self._due(secret))

    def remove(self, secret: MasterSecret) -> None:
        self._kept.pop(secret.arn, None)
        if secret.alarm:
            secret.alarm.cancel()
        vault = self._secrets.vault(secret.as_service.region)
        with vault.lock, contextlib.suppress(Refused):
            self._secrets.remove(vault.get(secret.arn))

    def _plan(self, secret: MasterSecret) -> None:
        """Rotate it when the next window opens."""
        held = self._secrets.vault(secret.as_service.region).get(secret.arn)
        before = held.rotation or Rotation(rules=dict(RULES))
        window = schedule.window(before.rules, self._clock.now())
        assert window
        held.rotation = Rotation(rules=before.rules, enabled=True, last=before.last, next=window)
        if secret.alarm:
            secret.alarm.cancel()
        secret.alarm = self._clock.at(window[0], lambda: self._due(secret))

    def _asked(self, held: Secret, rules: dict[str, Any], immediately: bool) -> str:
        """What RotateSecret asks for."""
        secret = self._kept[held.arn]
        if rules and held.rotation:
            held.rotation.rules = dict(rules)
            self._plan(secret)
        if immediately:
            self.rotate(secret)
        current = held.holder(CURRENT)
        assert current  # RDS has put one there
        return current.id

    def _due(self, secret: MasterSecret) -> None:
        try:
            self.rotate(secret)
            secret.status = "active"
        except Refused:
            secret.status = "impaired"
            with contextlib.suppress(Refused):
                self._plan(secret)


def _check_rights(call: Call, name: str, key: kms.Key | None) -> None:
    if call.caller.free:
        return
    arn = f"arn:{partition(call.region).name}:secretsmanager:{call.region}:{call.account}:secret:{name}-??????"
    for action in SECRET_ACTIONS:
        decision = decide(call.caller, action, Target(arn), region=call.region)
        if not decision.allowed:
            raise Refused("AccessDenied", denial(call.caller.arn, action, arn, decision), 403)
    for action in KEY_ACTIONS if key else ():
        assert key
        if not decide_key(call.caller, action, key, region=call.region, context={}, via="secretsmanager").allowed:
            raise errors.key_not_accessible(key.arn)


def _json(master: Credentials) -> str:
    return json.dumps({"username": master.user, "password": master.password}, separators=(",", ":"))
