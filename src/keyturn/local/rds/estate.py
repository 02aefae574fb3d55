"""All databases of one region."""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass, field

from keyturn.facts.partitions import partition
from keyturn.local.rds import errors
from keyturn.local.rds.database import Cluster, Instance
from keyturn.local.rds.subnet_group import SubnetGroup

IDENTIFIER = re.compile(r"[a-z](?:-?[a-z0-9])*")
LONGEST = 63


@dataclass(slots=True)
class Estate:
    """Holds them by name."""

    account: str
    region: str
    clusters: dict[str, Cluster] = field(default_factory=dict)
    instances: dict[str, Instance] = field(default_factory=dict)
    subnet_groups: dict[str, SubnetGroup] = field(default_factory=dict)

    def arn(self, kind: str, name: str) -> str:
        """
        Args:
            kind: `cluster`, `db`, `subgrp`.
        """
        return f"arn:{partition(self.region).name}:rds:{self.region}:{self.account}:{kind}:{name}"

    def cluster(self, named: str) -> Cluster:
        """
        A cluster by its name, its ARN or its resource id.

        Raises:
            Refused: There is none.
        """
        name = _name(named)
        found = self.clusters.get(name) or next((each for each in self.clusters.values() if each.id == named), None)
        if found is None:
            raise errors.cluster_not_found(name)
        return found

    def instance(self, named: str) -> Instance:
        """
        An instance by its name, its ARN or its resource id.

        Raises:
            Refused: There is none.
        """
        name = _name(named)
        found = self.instances.get(name) or next((each for each in self.instances.values() if each.id == named), None)
        if found is None:
            raise errors.instance_not_found(name)
        return found

    def subnet_group(self, named: str) -> SubnetGroup:
        """
        Raises:
            Refused: There is none.
        """
        found = self.subnet_groups.get(_name(named))
        if found is None:
            raise errors.subnet_group_not_found(named)
        return found


def new_name(parameter: str, given: str) -> str:
    """
    The name of something new; RDS keeps it in lower case.

    Raises:
        Refused: It cannot be one.
    """
    if not given:
        raise errors.missing(parameter)
    name = given.lower()
    if len(name) > LONGEST or not IDENTIFIER.fullmatch(name):
        raise errors.identifier(parameter)
    return name


def new_id(prefix: str) -> str:
    """
    Args:
        prefix: `cluster` or `db`.
    """
    return f"{prefix}-{''.join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(26))}"


def _name(named: str) -> str:
    return (named.split(":")[-1] if named.startswith("arn:") else named).lower()
