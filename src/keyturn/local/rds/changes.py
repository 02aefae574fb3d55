"""What ModifyDBCluster and ModifyDBInstance have in common."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keyturn.local.call import Call
from keyturn.local.rds import errors, master
from keyturn.local.rds.database import Cluster, Instance
from keyturn.local.rds.master_secret import MasterSecrets
from keyturn.local.rds.servers import Servers
from keyturn.local.servers.credentials import Credentials

OF_ALL = frozenset(
    {
        "AllowMajorVersionUpgrade",
        "ApplyImmediately",
        "CloudwatchLogsExportConfiguration",
        "DBClusterIdentifier",
        "DBInstanceIdentifier",
        "EngineVersion",
        "ManageMasterUserPassword",
        "MasterUserPassword",
        "MasterUserSecretKmsKeyId",
        "RotateMasterUserPassword",
    }
)
"""All changes are applied immediately."""


def check_known(parameters: dict[str, Any], changeable: Iterable[str]) -> None:
    """
    See whether all that is to be changed can be: nothing is passed over in silence.

    Raises:
        NotImplementedError: It cannot.
    """
    unknown = {name for name, value in parameters.items() if value not in (None, [], {})} - OF_ALL - set(changeable)
    if unknown:
        raise NotImplementedError(f"the local AWS does not change {min(unknown)} of a database")


def log_exports(settings: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    """Which logs go to CloudWatch Logs after a change, in the way in which settings have it."""
    asked = parameters.get("CloudwatchLogsExportConfiguration") or {}
    if not asked:
        return {}
    exported = {*(settings.get("EnableCloudwatchLogsExports") or ()), *asked.get("EnableLogTypes", ())}
    return {"EnableCloudwatchLogsExports": sorted(exported - {*asked.get("DisableLogTypes", ())})}


def change_master(
    secrets: MasterSecrets, servers: Servers, call: Call, database: Cluster | Instance, parameters: dict[str, Any]
) -> None:
    """
    Give the master user another password, or have RDS manage it, or no longer.

    Raises:
        Refused: What is asked for is not possible.
    """
    manage, given = parameters.get("ManageMasterUserPassword"), parameters.get("MasterUserPassword")
    if manage is False and not given:
        raise errors.combination("MasterUserPassword must be provided when ManageMasterUserPassword is set to false.")
    if given:
        if database.secret and manage is not False:
            raise errors.combination(
                "You can't change the master user password while it is managed in AWS Secrets Manager."
            )
        servers.set_password(database.id, Credentials(database.master, master.check_password(database.engine, given)))
        if database.secret:
            secrets.remove(database.secret)
            database.secret = None
    elif manage and not database.secret:
        administrator = Credentials(database.master, master.new_password(call))
        kind = "cluster" if isinstance(database, Cluster) else "db"
        key = parameters.get("MasterUserSecretKmsKeyId")
        database.secret = secrets.keep(call, kind, database.id, database.arn, administrator, key)
        servers.set_password(database.id, administrator)
    elif parameters.get("RotateMasterUserPassword"):
        if database.secret is None:
            raise errors.combination(
                "You can't rotate the master user password because it isn't managed in AWS Secrets Manager."
            )
        secrets.rotate(database.secret)
