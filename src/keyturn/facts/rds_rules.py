"""
What RDS and Aurora ask of names, passwords, storage and monitoring, and what they answer when they do not get it.

Sources: the API reference of CreateDBInstance and CreateDBCluster (botocore 1.44.5); "DB instance class support for Database Insights" in
the RDS User Guide; read 2026-11-24. Names that AWS does not document were tried on AWS by
others: aws-cloudformation/cfn-lint#4425, aws/aws-cdk#13295, floci-io/floci#3729. The texts are quoted in public by those who met them.
"""

from __future__ import annotations

import re
from datetime import date

from keyturn.facts.error import AwsError

COMBINATION, VALUE = "InvalidParameterCombination", "InvalidParameterValue"

RESERVED_NAMES = {
    "aurora-mysql": frozenset({"rdsadmin"}),
    "aurora-postgresql": frozenset({"rdsadmin", "admin", "user"}),
    "mysql": frozenset({"rdsadmin"}),
    "mariadb": frozenset({"rdsadmin"}),
    "postgres": frozenset({"rdsadmin", "admin", "user"}),
    "docdb": frozenset({"rdsadmin", "admin"}),
}
"""Master user names that an engine is known to refuse, in lower case."""

NAMED_ENGINES = frozenset({"aurora-mysql", "aurora-postgresql", "mysql", "mariadb", "postgres"})
"""The engines of which a new database has a master user with a name and a password."""

NAME_LENGTHS = {"mysql": 32, "mariadb": 16, "postgres": 63}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")

PASSWORD_LENGTHS = {
    **dict.fromkeys(("mysql", "mariadb", "aurora-mysql"), 41),
    **dict.fromkeys(("postgres", "sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web"), 128),
    **dict.fromkeys(("oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb"), 30),
    **dict.fromkeys(("db2-ae", "db2-se"), 255),
}
PASSWORD_SHORTEST = 8
EXCLUDED_CHARACTERS = '/@" '

# From Database Insights' table of engines and classes, which holds for Performance Insights too.
_SMALL = ("t2.micro", "t2.small", "t3.micro", "t3.small", "t4g.micro", "t4g.small")
NO_INSIGHTS = {
    "mysql": tuple(rf"db\.{re.escape(name)}" for name in _SMALL),
    "mariadb": tuple(rf"db\.{re.escape(name)}" for name in _SMALL),
    "aurora-mysql": (r"db\.t2\..*", r"db\.t3\..*", r"db\.t4g\.(micro|small)"),
}
"""The classes without Performance Insights, as patterns, by engine."""

ENGINE_MODES_GONE = {"serverless": date(2025, 3, 31), "multimaster": date(2023, 2, 28)}
"""
The engine modes of Aurora that ended, and the day on which each did.

https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless.html,
https://aws.amazon.com/about-aws/whats-new/2019/08/amazon-aurora-multimaster-now-generally-available/
"""

FAMILIES = {"aurora-mysql": {"2": "aurora-mysql5.7", "3": "aurora-mysql8.0", "8.4": "aurora-mysql8.4"}}
"""The parameter group families that are not called by their engine and release line."""


def family(engine: str, line: str) -> str:
    """The parameter group family of a release line, e.g. `postgres16`, `aurora-mysql8.0`."""
    return FAMILIES.get(engine, {}).get(line, engine + line)


def name_reserved(name: str) -> AwsError:
    return AwsError(VALUE, f"MasterUsername {name} cannot be used as it is a reserved word used by the engine")


def name_malformed() -> AwsError:
    return AwsError(
        VALUE, "MasterUsername must begin with a letter and contain only alphanumeric characters or underscores."
    )


def blank(parameter: str) -> AwsError:
    """The answer when a master user's name or password is not given, and nothing else gives it."""
    return AwsError(VALUE, f"The parameter {parameter} must be provided and must not be blank.")


def password_characters() -> AwsError:
    return AwsError(
        VALUE,
        "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides '/', '@', '\"', "
        "' ' may be used.",
    )


def password_length(than: str, characters: int) -> AwsError:
    """The answer to a password that is `shorter` or `longer` than so many characters."""
    return AwsError(
        VALUE,
        f"The parameter MasterUserPassword is not a valid password because it is {than} than {characters} characters.",
    )


def no_insights() -> AwsError:
    return AwsError(COMBINATION, "Performance Insights not supported for this configuration.")


def no_capacity() -> AwsError:
    return AwsError(
        "InvalidDBClusterStateFault",
        "Set the Serverless v2 scaling configuration on the parent DB cluster before creating a Serverless v2 DB instance.",
    )


def engine_mode_gone(mode: str) -> AwsError:
    return AwsError(VALUE, f"The engine mode {mode} you requested is currently unavailable.")


def class_not_global(instance_class: str) -> AwsError:
    return AwsError(COMBINATION, f"The requested instance class is not supported by global databases: {instance_class}")


def backtrack_not_global() -> AwsError:
    return AwsError(COMBINATION, "Backtrack is not supported for global databases.")


def class_not_of_cluster(engine: str) -> AwsError:
    return AwsError(COMBINATION, f"DBClusterInstanceClass isn't supported for DB engine {engine}.")


def other_engine(instance: str, cluster: str) -> AwsError:
    return AwsError(
        COMBINATION,
        f"The engine name requested for your DB instance ({instance}) doesn't match the engine name of your DB cluster "
        f"({cluster}).",
    )


def other_version(instance: str, cluster: str) -> AwsError:
    return AwsError(
        COMBINATION,
        f"The engine version that you requested for your DB instance ({instance}) does not match the engine version of your "
        f"DB cluster ({cluster})",
    )


OF_THE_CLUSTER = {
    "MasterUsername": "master user name",
    "MasterUserPassword": "master user password",
    "Port": "database endpoint port",
    "BackupRetentionPeriod": "backup retention period",
    "VpcSecurityGroupIds": "vpc security group",
    "DBName": "database name",
}
"""What a member of an Aurora cluster cannot have of its own, by the API's names, in AWS's words."""


def set_for_the_cluster(what: str) -> AwsError:
    """
    Args:
        what: Of `OF_THE_CLUSTER`, e.g. `master user password`.
    """
    return AwsError(
        COMBINATION, f"The requested DB Instance will be a member of a DB Cluster. Set {what} for the DB Cluster."
    )


def encrypted_otherwise(instance: bool, cluster: bool) -> AwsError:
    """The answer when a member and its cluster disagree on whether they are encrypted."""
    return AwsError(
        COMBINATION,
        "If you specify storageEncrypted for instance that will be part of cluster it should match cluster setting; "
        f"requested: {str(instance).lower()}, cluster: {str(cluster).lower()}",
    )


def zone_and_multi_az() -> AwsError:
    return AwsError(COMBINATION, "Requesting a specific availability zone is not valid for Multi-AZ instances.")


def always_in_one_zone(engine: str) -> bool:
    """Whether an instance of an engine cannot be a Multi-AZ one: in Aurora more instances are, and SQL Server Express has none."""
    return engine.startswith("aurora") or engine == "sqlserver-ex"


def no_multi_az(engine: str) -> AwsError:
    return AwsError(COMBINATION, f"VPC Multi-AZ DB Instances are not available for engine: {engine}")


def no_monitoring_role() -> AwsError:
    return AwsError(
        COMBINATION,
        "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
    )


def one_zone(zone: str) -> AwsError:
    return AwsError(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        f"The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: {zone}. "
        "Add subnets to cover at least 2 AZs.",
    )


def other_family(group: str, its_family: str, wanted: str) -> AwsError:
    return AwsError(
        COMBINATION,
        f"The parameter group {group} with DBParameterGroupFamily {its_family} can't be used for this instance. Use a "
        f"parameter group with DBParameterGroupFamily {wanted}.",
    )


def password_fault(engine: str, password: str) -> tuple[str, AwsError] | None:
    """What is wrong with a master user's password, without a word of it: as we tell it, and what RDS answers."""
    longest = PASSWORD_LENGTHS.get(engine)
    if len(password) < PASSWORD_SHORTEST:
        told = f"the password is shorter than {PASSWORD_SHORTEST} characters"
        return told, password_length("shorter", PASSWORD_SHORTEST)
    if longest and len(password) > longest:
        return f"the password is longer than {longest} characters", password_length("longer", longest)
    if any(each in EXCLUDED_CHARACTERS or not "!" <= each <= "~" for each in password):
        return "the password has characters that RDS does not accept", password_characters()
    return None
