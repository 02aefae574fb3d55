"""Databases: which one a secret logs in to, and where it listens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from keyturn.checks.evidence.network import Placed
from keyturn.checks.evidence.rules import Answer, Blocked, Open
from keyturn.graph import Graph, Resource, Unknown, Value

DATABASES = ("AWS::RDS::DBCluster", "AWS::RDS::DBInstance")
_PORTS = {"aurora": 3306, "mysql": 3306, "mariadb": 3306, "postgres": 5432, "postgresql": 5432}
"""By the last word of the engine's name. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""


@dataclass(frozen=True, slots=True)
class Database:
    """A cluster, or an instance that is none of a cluster."""

    resource: Resource

    @property
    def port(self) -> int | None:
        """The TCP port; None if it is not known."""
        given = self.resource.get("Port")
        if given is None:
            return _PORTS.get(str(self.resource.get("Engine")).rpartition("-")[2])
        return int(given) if isinstance(given, int | str) and str(given).isdigit() else None

    @property
    def engine(self) -> str | None:
        """What a secret calls its engine: `mysql`, `mariadb` or `postgres`; None for another, or one that is not known."""
        given = str(self.resource.get("Engine")).lower()
        last = "mysql" if given == "aurora" else given.rpartition("-")[2]
        return {"mysql": "mysql", "mariadb": "mariadb", "postgres": "postgres", "postgresql": "postgres"}.get(last)

    @property
    def has_data_api(self) -> bool:
        return self.resource.get("EnableHttpEndpoint") in (True, "true")

    def place(self, graph: Graph) -> Placed:
        """Where it stands: in one of the subnets of its group."""
        name = "VpcSecurityGroupIds" if self.resource.type == "AWS::RDS::DBCluster" else "VPCSecurityGroups"
        group = graph.follow(self.resource, "DBSubnetGroupName", types=("AWS::RDS::DBSubnetGroup",))
        subnets = group.get("SubnetIds") if group else Unknown(f"the subnets of {self.resource} are not declared here")
        return Placed(str(self.resource), self.resource.get(name), subnets)

    def from_outside(self, graph: Graph) -> Answer:
        """Whether it can be reached by what is in no VPC."""
        members = [
            self.resource,
            *(each for each in graph.everywhere("AWS::RDS::DBInstance") if self._has(each, graph)),
        ]
        said = [each.get("PubliclyAccessible") for each in members if each.get("PubliclyAccessible") is not None]
        if any(each in (True, "true") for each in said):
            return Open()
        if said and all(each in (False, "false") for each in said):
            hint = "place the function into the database's VPC, and admit its security group on the database's port"
            return Blocked("the function is in no VPC, and the database is not public", self.resource.at(), hint=hint)
        return Unknown(f"whether {self.resource} is publicly accessible depends on its VPC")

    def _has(self, instance: Resource, graph: Graph) -> bool:
        return graph.follow(instance, "DBClusterIdentifier", types=("AWS::RDS::DBCluster",)) is self.resource


def database_of(schedule: Resource, function: Resource | None, graph: Graph) -> Database | None:
    """The database that a schedule's secret logs in to, as far as it can be told."""
    secret = graph.follow(schedule, "SecretId", types=("AWS::SecretsManager::Secret",))
    for attachment in graph.everywhere("AWS::SecretsManager::SecretTargetAttachment"):
        its_secret = graph.follow(attachment, "SecretId", types=("AWS::SecretsManager::Secret",))
        if its_secret and (its_secret is secret or attachment.identity == schedule.get("SecretId")):
            found = graph.follow(attachment, "TargetId", types=DATABASES)
            return Database(found) if found else None
    mentioned = [function.get("Environment", "Variables")] if function else []
    mentioned += (
        [secret.get("SecretString"), secret.get("GenerateSecretString", "SecretStringTemplate")] if secret else []
    )
    for database in graph.everywhere(*DATABASES):
        address = database.attributes.get("Endpoint.Address")
        if isinstance(address, str) and any(_mentions(value, address) for value in mentioned):
            return Database(database)
    return None


def _mentions(value: Value, address: str) -> bool:
    if isinstance(value, Mapping):
        return any(_mentions(each, address) for each in value.values())
    return isinstance(value, str) and address in value
