"""What RDS sees to before it makes a database."""

from __future__ import annotations

import re
from typing import Any

from keyturn.local import kms
from keyturn.local.authorization import decide_key
from keyturn.local.call import Call
from keyturn.local.moto_state import backend
from keyturn.local.rds import errors
from keyturn.local.rds.estate import Estate
from keyturn.local.rds.subnet_group import SubnetGroup

OWN_KEY = "alias/aws/rds"
KMS_ACTIONS = ("kms:DescribeKey", "kms:CreateGrant")
"""What whoever calls RDS needs for a customer's key; RDS user guide, "Encrypting Amazon RDS resources"."""
DATABASE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
FILTERS = frozenset({"db-cluster-id", "db-cluster-resource-id", "db-instance-id", "dbi-resource-id", "engine"})


def subnet_group(estate: Estate, parameters: dict[str, Any]) -> SubnetGroup | None:
    """
    The group that a request names; None where it names none, which means the default VPC.

    Raises:
        Refused: There is no such group.
    """
    named = parameters.get("DBSubnetGroupName")
    return estate.subnet_group(named) if named and named != "default" else None


def check_security_groups(call: Call, parameters: dict[str, Any], group: SubnetGroup | None) -> None:
    """
    See whether the security groups are there, and in the database's VPC.

    Raises:
        Refused: One is not.
    """
    held = backend("ec2", call.account, call.region)
    for named in parameters.get("VpcSecurityGroupIds") or ():
        found = held.get_security_group_from_id(named)
        if found is None:
            raise errors.value(f"Invalid security group , groupId= {named}, groupName=.")
        if group and found.vpc_id != group.vpc:
            raise errors.combination(
                "The DB instance and EC2 security group are in different VPCs. "
                f"The DB instance is in {group.vpc} and the EC2 security group is in {found.vpc_id}"
            )


def storage_key(call: Call, parameters: dict[str, Any]) -> str:
    """
    The ARN of the key for a database's storage; empty where it is not encrypted.

    Raises:
        Refused: There is no such key, or the caller may not use it.
    """
    named = parameters.get("KmsKeyId")
    if not named:
        own = kms.find(call.account, call.region, OWN_KEY) if parameters.get("StorageEncrypted") else None
        return own.arn if own else ""
    key = kms.find(call.account, call.region, named)
    if key is None or not key.usable or key.region != call.region:
        raise errors.key_not_accessible(named)
    if not call.caller.free:
        for action in KMS_ACTIONS:
            if not decide_key(call.caller, action, key, region=call.region, context={}, via="rds").allowed:
                raise errors.key_not_accessible(named)
    return key.arn


def database_name(given: str | None) -> str:
    """
    Raises:
        Refused: No database can be called so.
    """
    if given and not DATABASE_NAME.fullmatch(given):
        raise errors.value("DatabaseName must begin with a letter and contain only alphanumeric characters.")
    return given or ""


def check_final_snapshot(parameters: dict[str, Any]) -> None:
    """
    See whether a deletion says what becomes of the data.

    Raises:
        Refused: It does not, or says two things.
    """
    skip, snapshot = parameters.get("SkipFinalSnapshot"), parameters.get("FinalDBSnapshotIdentifier")
    if skip and snapshot:
        raise errors.combination("You cannot specify both FinalDBSnapshotIdentifier and SkipFinalSnapshot")
    if not skip and not snapshot:
        raise errors.combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.")
    if snapshot:
        raise NotImplementedError("the local AWS takes no snapshots; delete with SkipFinalSnapshot")


def filters(parameters: dict[str, Any]) -> dict[str, set[str]]:
    """The filters of a Describe operation, by name."""
    wanted = {each["Name"]: set(each["Values"]) for each in parameters.get("Filters") or ()}
    if unknown := wanted.keys() - FILTERS:
        raise errors.value(f"Unrecognized filter name: {min(unknown)}")
    return wanted
