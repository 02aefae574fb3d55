"""
Which database instances a reservation covers, and by how much.

A reservation holds for one region, engine and family of classes. Where sizes are flexible it is counted in units: a reserved db.r6g.large
covers half of a db.r6g.xlarge, and never anything of db.r7g. It changes the bill only: an instance that no reservation covers is not
refused.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithReservedDBInstances.html, read in a copy of 2023-06-15.
"""

from __future__ import annotations

from dataclasses import dataclass

UNITS = {
    "micro": 0.5,
    "small": 1.0,
    "medium": 2.0,
    "large": 4.0,
    "xlarge": 8.0,
    "2xlarge": 16.0,
    "4xlarge": 32.0,
    "6xlarge": 48.0,
    "8xlarge": 64.0,
    "10xlarge": 80.0,
    "12xlarge": 96.0,
    "16xlarge": 128.0,
    "24xlarge": 192.0,
    "32xlarge": 256.0,
}
"""Normalized units by size, per hour, of an instance in one zone."""
MULTI_AZ = 2.0
"""By how much an instance in two zones counts more."""

CLUSTER_INSTANCES = 3
"""How many instances a Multi-AZ cluster has, each of which counts."""

FLEXIBLE = frozenset({"aurora-mysql", "aurora-postgresql", "mysql", "mariadb", "postgres"})
"""
The engines for which a reservation covers other sizes of the family, as it does for Oracle under a licence of one's own; for others it
has to be the very size.
"""
LICENSES = {"bring-your-own-license": "byol", "license-included": "li"}
"""How AWS's product descriptions write the licences of Oracle, which reservations tell apart: `oracle-se2(byol)`."""
OWN_LICENSE_ONLY = ("oracle-ee", "oracle-ee-cdb")

YEARS = (1, 3)
PAYMENTS = ("no-upfront", "partial-upfront", "all-upfront")


@dataclass(frozen=True, slots=True)
class Size:
    """What of a class counts for reservations; `engine` with its licence where reservations tell that apart, `oracle-se2(li)`."""

    engine: str
    family: str
    size: str
    region: str
    multi_az: bool = False

    @property
    def units(self) -> float | None:
        """Its normalized units; None for a size that AWS gives no number for."""
        units = UNITS.get(self.size)
        return units and units * (MULTI_AZ if self.multi_az else 1)

    @property
    def is_flexible(self) -> bool:
        """Whether it shares reservations with other sizes of its family."""
        flexible = self.engine in FLEXIBLE or (self.engine.startswith("oracle") and self.engine.endswith("(byol)"))
        return flexible and self.units is not None

    @property
    def pool(self) -> tuple[str, str, str]:
        """What it shares reservations with: its region, engine and family, with its size and zones where those are not flexible."""
        zones = "two zones" if self.multi_az else "one zone"
        return self.region, self.engine, self.family if self.is_flexible else f"{self.family} {self.size} {zones}"

    def __str__(self) -> str:
        return f"{self.engine} db.{self.family}.{self.size}{' in two zones' if self.multi_az else ''}"


def size(
    engine: str, instance_class: str, region: str, *, multi_az: bool = False, license_model: str = ""
) -> Size | None:
    """
    The parts of a class; None for one that cannot be reserved, such as db.serverless.

    Args:
        engine: An engine, or a product description such as `oracle-se2(byol)`.
        license_model: As it stands at an instance.
    """
    prefix, _, rest = instance_class.partition(".")
    family, _, name = rest.partition(".")
    if engine in OWN_LICENSE_ONLY:
        engine = f"{engine}(byol)"
    elif engine.startswith("oracle") and license_model in LICENSES:
        engine = f"{engine}({LICENSES[license_model]})"
    return Size(engine, family, name, region, multi_az) if prefix == "db" and family and name else None


def refusal(years: int, payment: str) -> str:
    """Why there is no such offering; empty if there may be one."""
    if years not in YEARS:
        return f"reservations are for 1 or 3 years, not for {years}"
    if payment not in PAYMENTS:
        return f"`{payment}` is no way to pay"
    return "without paying upfront a reservation is for 1 year only" if payment == "no-upfront" and years != 1 else ""
