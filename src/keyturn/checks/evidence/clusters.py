"""DB instances and their clusters: what an instance is, taken from its cluster where it does not say."""

from __future__ import annotations

import math

from keyturn.graph import Graph, Resource, Site, Value

CLUSTER = "AWS::RDS::DBCluster"
INSTANCE = "AWS::RDS::DBInstance"


def cluster_of(instance: Resource, graph: Graph) -> Resource | None:
    """The cluster that an instance is a member of; None if it is of none, or of one that is not declared here."""
    return graph.follow(instance, "DBClusterIdentifier", types=(CLUSTER,))


def said_to_be_global(cluster: Resource, graph: Graph) -> Site | None:
    """Where it is said that a cluster belongs to a global database."""
    if cluster.get("GlobalClusterIdentifier") not in (None, ""):
        return cluster.at("GlobalClusterIdentifier")
    for each in graph.everywhere("AWS::RDS::GlobalCluster"):
        if graph.follow(each, "SourceDBClusterIdentifier", types=(CLUSTER,)) is cluster:
            return each.at("SourceDBClusterIdentifier")
    return None


def declared(instance: Resource, graph: Graph, name: str) -> tuple[Value, Site]:
    """A property that an instance shares with its cluster, or has from its source, and where it is declared."""
    whole = cluster_of(instance, graph) or graph.follow(instance, "SourceDBInstanceIdentifier", types=(INSTANCE,))
    if instance.get(name) is None and whole:
        return given(whole, name), whole.at(name)
    return given(instance, name), instance.at(name)


def given(database: Resource, name: str) -> Value:
    """A property that is a text: templates may write a version such as 8.0 without quotes, and AWS gets `8.0`."""
    value = database.get(name)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


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
    """A number that templates may write as a text; None for anything else, such as the infinite one."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    try:
        found = float(value) if "." in str(value) else int(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def true(value: Value) -> bool:
    """Whether a flag that templates may write as a text is set."""
    return value is True or str(value).lower() == "true"
