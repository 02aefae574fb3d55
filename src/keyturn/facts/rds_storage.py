"""
Which storage RDS takes for an instance: sizes, IOPS, throughput, and how far it may grow; and which for a cluster.

Sources: the API reference of CreateDBInstance and CreateDBCluster (botocore 1.44.5); "Supported DB engines for DB instance classes" in the
Aurora User Guide; "Amazon RDS DB instance storage" in the RDS User Guide; read 2026-11-28.
AWS's words are quoted in public by those who met them: cloudtools/troposphere#2141, terraform-community-modules/tf_aws_rds#22,
ministryofjustice/cloud-platform-environments#3972, aws-cloudformation/cloudformation-coverage-roadmap#1557.
Where no type is given, RDS takes less than its pages say: the tests of Terraform's provider, which run against AWS, make MySQL with 5 GiB,
PostgreSQL and Oracle with 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from keyturn.facts.error import AwsError

_COMBINATION, _VALUE = "InvalidParameterCombination", "InvalidParameterValue"

_OPEN = ("mysql", "mariadb", "postgres")
_DB2 = ("db2-ae", "db2-se")
_ORACLE = ("oracle-ee", "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb")
_SQL_SERVER = ("sqlserver-ee", "sqlserver-se", "sqlserver-ex", "sqlserver-web")
ENGINES = frozenset({*_OPEN, *_DB2, *_ORACLE, *_SQL_SERVER})
"""The engines whose rules are here."""

PROVISIONED = ("io1", "io2")
"""The storage types whose IOPS are to be given."""
_MAGNETIC_LEAST = {**dict.fromkeys(_OPEN, 5), **dict.fromkeys(_ORACLE, 10), **dict.fromkeys(_SQL_SERVER, 20)}
_MOST = 65536
"""GiB. Of SQL Server AWS's pages disagree: it is 16384 or as much."""

_STRIPED_FROM = {**dict.fromkeys((*_OPEN, *_DB2), 400), **dict.fromkeys(_ORACLE, 200)}
"""The GiB of gp3 storage from which on IOPS and throughput can be chosen; below, they are what they are. SQL Server has no such bound."""
STRIPED_LEAST = {"Iops": 12000, "StorageThroughput": 500}
"""What can be chosen at least above that bound; throughput in MiB per second."""

IOPS_LEAST = 1000
"""Of io1 and io2."""
_IOPS_PER_GIB = {"io1": 50, "io2": 1000}


@dataclass(frozen=True, slots=True)
class Asked:
    """
    The storage that is asked for, in GiB; what is not given, or not known, is None.

    Attributes:
        most: Up to which size it may grow by itself.
    """

    engine: str
    size: float | None = None
    kind: str | None = None
    iops: float | None = None
    throughput: float | None = None
    most: float | None = None

    @property
    def type(self) -> str:
        """Its type, also where none is given."""
        return self.kind or ("io1" if self.iops else "gp3")

    @property
    def any_type(self) -> bool:
        """Whether RDS chooses the type."""
        return not self.kind and not self.iops


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What RDS does not take.

    Attributes:
        name: The member that is wrong, e.g. `Iops`.
        better: The nearest that it takes, where that is all there is to say.
        error: None where AWS's words are not known.
    """

    name: str
    message: str
    error: AwsError | None = None
    better: int | None = None
    hint: str = ""


def missing() -> AwsError:
    """The answer when an instance has no storage, nor anything to take it from."""
    return AwsError(_VALUE, "The parameter AllocatedStorage must be provided and must not be null.")


def standalone(engine: str) -> AwsError:
    """The answer to an instance of Aurora that has storage and no cluster."""
    return AwsError(
        _COMBINATION, f"Invalid iops to storage (GB) ratio for engine name {engine} and storage type aurora: 0.0000"
    )


AURORA_TYPES = ("aurora", "aurora-iopt1")
"""The storage types of Aurora clusters."""
NOT_IO_OPTIMIZED = ("db.r4.", "db.t2.")
"""The classes that Aurora's I/O-Optimized storage does not serve."""


def not_of_aurora(name: str, engine: str) -> AwsError:
    """The answer to a setting of a cluster, such as `AllocatedStorage`, that only Multi-AZ clusters have."""
    return AwsError(_COMBINATION, f"{name} isn't supported for DB engine {engine}.")


def type_of_aurora(kind: str) -> AwsError:
    return AwsError(_COMBINATION, f"You can't use the {kind} storage type.")


def iops_missing(kind: str) -> AwsError:
    return AwsError(_COMBINATION, f"The storage type {kind} requires iops to be specified.")


def fault(asked: Asked) -> Fault | None:
    """The first thing that is wrong with the storage of an instance."""
    if asked.engine not in ENGINES or asked.size is None:
        return None
    rules = (_size(asked), _fixed(asked), _provisioned(asked), _growth(asked))
    return next((found for rule in rules for found in rule), None)


def _size(asked: Asked) -> Iterator[Fault]:
    size, least, most = asked.size or 0, 100 if asked.type in PROVISIONED else 20, _MOST
    if asked.type == "standard":
        least, most = _MAGNETIC_LEAST.get(asked.engine, 0), 3072
    if not least <= size <= most and not (asked.any_type and _MAGNETIC_LEAST.get(asked.engine, 0) <= size <= least):
        yield Fault(
            "AllocatedStorage",
            f"{size} GiB of {asked.type} are not between {least} and {most}",
            AwsError(
                _COMBINATION,
                f"Invalid storage size for engine name {asked.engine} and storage type {asked.type}: {size}",
            ),
            better=min(max(int(size), least), most),
        )


def _fixed(asked: Asked) -> Iterator[Fault]:
    """gp3: below its bound nothing can be chosen, from there on not less than it has anyway."""
    if asked.type != "gp3" or not (bound := _STRIPED_FROM.get(asked.engine)):
        return
    for name, value in (("Iops", asked.iops), ("StorageThroughput", asked.throughput)):
        if not value:
            continue
        if (asked.size or 0) < bound:
            error = f"You can't specify IOPS or storage throughput for engine {asked.engine} and a storage size less than {bound}."
            yield Fault(
                name,
                f"{name} cannot be chosen below {bound} GiB of gp3",
                AwsError(_COMBINATION, error),
                hint=f"leave {name} out, or take {bound} GiB",
            )
        elif value < STRIPED_LEAST[name]:
            yield Fault(
                name,
                f"{value} is less than {bound} GiB of gp3 have anyway, {STRIPED_LEAST[name]}",
                better=STRIPED_LEAST[name],
            )


def _provisioned(asked: Asked) -> Iterator[Fault]:
    if asked.type not in PROVISIONED:
        return
    if asked.iops is None:
        yield Fault("Iops", f"{asked.type} asks for IOPS", iops_missing(asked.type), hint="say how many, or take gp3")
        return
    size, per_gib = asked.size or 1, asked.iops / (asked.size or 1)
    least, most = 1.0 if asked.engine in _SQL_SERVER else 0.5, _IOPS_PER_GIB[asked.type]
    if not least <= per_gib <= most:
        yield Fault(
            "Iops",
            f"{asked.iops} IOPS are not between {least:g} and {most} for each of {size} GiB of {asked.type}",
            _ratio(asked, "storage", per_gib),
            better=max(IOPS_LEAST, math.ceil(size * least)) if per_gib < least else int(size * most),
        )
    elif asked.iops < IOPS_LEAST:
        told = f"{asked.iops} IOPS of {asked.type} are less than {IOPS_LEAST}"
        yield Fault("Iops", told, better=IOPS_LEAST)


def _growth(asked: Asked) -> Iterator[Fault]:
    if not asked.most:
        return
    name, size = "MaxAllocatedStorage", asked.size or 0
    if asked.most < size:
        error = AwsError(_COMBINATION, "Max storage size must be greater than storage size")
        told = f"it may grow to {asked.most} GiB and has {size} to begin with"
        yield Fault(name, told, error, hint="take at least a tenth more than the storage, or leave it out")
    elif asked.type in PROVISIONED and asked.iops and asked.iops / asked.most < 0.5:
        yield Fault(
            name,
            f"{asked.iops} IOPS are less than 0.5 for each of the {asked.most} GiB that it may grow to",
            _ratio(asked, "max storage", asked.iops / asked.most),
            better=int(asked.iops * 2),
        )


def _ratio(asked: Asked, to: str, per_gib: float) -> AwsError:
    return AwsError(
        _COMBINATION,
        f"Invalid iops to {to} (GB) ratio for engine name {asked.engine} and storage type {asked.type}: {per_gib:.4f}",
    )
