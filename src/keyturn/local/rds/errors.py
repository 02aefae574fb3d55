"""
What RDS answers when it refuses, in its words.

Source: the errors listed in the API reference of each operation; their texts as quoted in public bug reports (Terraform, CDK, Crossplane,
cloud-custodian) and in moto, where its authors compared them with AWS.
"""

from __future__ import annotations

from keyturn.facts import rds_rules
from keyturn.local.call import Refused


def combination(message: str) -> Refused:
    return Refused("InvalidParameterCombination", message)


def value(message: str) -> Refused:
    return Refused("InvalidParameterValue", message)


def missing(parameter: str) -> Refused:
    return value(rds_rules.blank(parameter).message)


def identifier(parameter: str) -> Refused:
    return value(
        f"The parameter {parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII "
        "letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens."
    )


def cluster_not_found(name: str) -> Refused:
    return Refused("DBClusterNotFoundFault", f"DBCluster {name} not found.", 404)


def cluster_exists() -> Refused:
    return Refused("DBClusterAlreadyExistsFault", "DB Cluster already exists")


def cluster_has_instances() -> Refused:
    return Refused(
        "InvalidDBClusterStateFault", "Cluster cannot be deleted, it still contains DB instances in non-deleting state."
    )


def instance_not_found(name: str) -> Refused:
    return Refused("DBInstanceNotFound", f"DBInstance {name} not found.", 404)


def instance_exists() -> Refused:
    return Refused("DBInstanceAlreadyExists", "DB instance already exists")


def change_the_cluster(what: str) -> Refused:
    return combination(
        f"The specified DB Instance is a member of a cluster. Modify {what} for the DB Cluster using the ModifyDbCluster API"
    )


def protected(kind: str) -> Refused:
    """
    Args:
        kind: `Cluster` or `DB Instance`.
    """
    return combination(f"Cannot delete protected {kind}, please disable deletion protection and try again.")


def subnet_group_not_found(name: str) -> Refused:
    return Refused("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.", 404)


def subnet_group_exists(name: str) -> Refused:
    return Refused("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")


def subnet_group_used(name: str, by: str) -> Refused:
    return Refused(
        "InvalidDBSubnetGroupStateFault",
        f"Cannot delete the subnet group '{name}' because at least one database instance: {by} is still using it.",
    )


def subnets_not_found(subnets: list[str]) -> Refused:
    return Refused("InvalidSubnet", f"Some input subnets in :[{', '.join(subnets)}] are invalid.")


def parameter_group_not_found(name: str) -> Refused:
    return Refused("DBParameterGroupNotFound", f"DBParameterGroup not found: {name}", 404)


def key_not_accessible(key: str) -> Refused:
    return Refused(
        "KMSKeyNotAccessibleFault",
        f"The specified KMS key [{key}] does not exist, is not enabled or you do not have permissions to access it.",
    )


def cluster_not_available() -> Refused:
    return Refused("InvalidDBClusterStateFault", "DB cluster is not in available state.")


def instance_not_available() -> Refused:
    return Refused("InvalidDBInstanceState", "Database instance is not in available state.")
