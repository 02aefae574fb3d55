"""DB instances and their clusters: what an instance is, taken from its cluster where it does not say."""

from __future__ import annotations

from keyturn.graph import Graph, Resource, Site, Value

CLUSTER = "AWS::RDS::DBCluster"
INSTANCE = "AWS::RDS::DBInstance"


def cluster_of(instance: Resource, graph: Graph) -> Resource | None:
    """The cluster that an instance is a member of; None if it is of none, or of one that is not declared here."""
    return graph.follow(instance, "DBClusterIdentifier", types=(CLUSTER,))


def declared(instance: Resource, graph: Graph, name: str) -> tuple[Value, Site]:
    """A property that an instance shares with its cluster, or has from its source, and where it is declared."""
    whole = cluster_of(instance, graph) or graph.follow(instance, "SourceDBInstanceIdentifier", types=(INSTANCE,))
    if instance.get(name) is None and whole:
        return whole.get(name), whole.at(name)
    return instance.get(name), instance.at(name)


def restored(database: Resource) -> bool:
    """Whether a database is made from another one or from a snapshot, and so has its name, password and storage from there."""
    sources = (
        *("DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "SnapshotIdentifier", "SourceDBInstanceIdentifier"),
        *(
            "SourceDBClusterIdentifier",
            "SourceDbClusterResourceId",
            "ReplicationSourceIdentifier",
            "RestoreType",
            "SourceDbiResourceId",
        ),
        *("SourceDBInstanceAutomatedBackupsArn", "GlobalClusterIdentifier"),
    )
    return any(database.get(name) is not None for name in sources)


def unchanged(database: Resource, graph: Graph, *names: str) -> bool:
    """Whether a database is there already, with the same values of properties: RDS is not asked for them again."""
    now = graph.before(database)
    return now is not None and all(now.get(name) == database.get(name) for name in names)


def number(value: Value) -> int | float | None:
    """A number that templates may write as a text; None for anything else."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    try:
        return float(value) if "." in str(value) else int(value)
    except ValueError:
        return None


def true(value: Value) -> bool:
    """Whether a flag that templates may write as a text is set."""
    return value is True or str(value).lower() == "true"
