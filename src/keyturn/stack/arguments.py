"""What users change about the stack, and what cannot work said before anything is deployed."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from keyturn.problem import Misuse
from keyturn.rotation.configuration import RESERVED_USERS, STRATEGIES, TWO_PASSWORDS
from keyturn.rotation.errors import Rejected
from keyturn.rotation.passwords import CLASSES, LENGTH, Rules
from keyturn.stack.engines import CLASS, ENGINES, Engine, check_offered, chosen

ADMINISTRATOR = "administrator"
"""The cluster's master user."""

RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
"""Days for which a log group can keep its events; CloudWatch Logs API, PutRetentionPolicy."""

LONGEST_SUFFIX = 32
"""So that the longest name, `rotation-function-` and the suffix, stays within Lambda's 64 characters and RDS's 63."""


@dataclass(frozen=True, slots=True)
class Network:
    """
    A VPC of one's own, instead of a new one.

    Attributes:
        subnet_ids: Private subnets in two or more zones.
        endpoints_security_group_id: The group of the interface endpoint for Secrets Manager that is there already; the function is
            admitted to it. Without one, endpoints are made: a VPC can have only one of them with private DNS names.
    """

    vpc_id: str
    subnet_ids: tuple[str, ...]
    endpoints_security_group_id: str | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """KMS keys of one's own, by ARN. A key that is not given is made; the policy of a given one is not touched."""

    database: str | None = None
    secrets: str | None = None
    logs: str | None = None


@dataclass(frozen=True, slots=True)
class Cluster:
    """
    A cluster or a DB instance of one's own, instead of a new cluster.

    Attributes:
        administrator_secret_arn: The secret of its master user, with `username` and `password`.
        administrator_key_arn: The key that this secret is encrypted with.
        security_group_id: The cluster's; the function is admitted to it.
        reader_endpoint: Where readers are asked before AWSCURRENT moves; several with commas between them.
        port: The engine's usual one unless given.
    """

    endpoint: str
    administrator_secret_arn: str
    administrator_key_arn: str
    security_group_id: str
    reader_endpoint: str | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Arguments:
    """
    The stack's arguments.

    Attributes:
        environment_suffix: Ends every name: `dev-001`. One that begins with `prod` is a production environment.
        region: Where it is deployed; the provider has to agree.
        engine: `aurora-mysql` or `aurora-postgresql`, a cluster; `mysql` or `postgres`, an RDS instance; `mariadb`, of one's own only.
        engine_version: Of a new cluster; one that the engine is known for unless given.
        schedule: When to rotate, as Secrets Manager writes it: `rate(30 days)`, `cron(0 4 1 * ? *)`.
        strategy: Anything but the default costs logins or grace: see `keyturn.rotation.plain`.
        grace: How long the old password keeps working after a rotation.
        log_retention_days: One of RETENTIONS.
        alarm_topic_arn: The SNS topic that alarms are sent to; without one they are only shown.
        database, user: The application's; the first rotation makes the user.
        password_length, password_classes, password_excluded: How its passwords are made; see `keyturn.rotation.passwords`.
        instances: Of a cluster; for an RDS instance 2 is one with a standby in another zone.
        zones: How many zones a new VPC spans.
        deletion_protection, final_snapshot: On in production unless given.
        tags: More of them, on everything.
    """

    environment_suffix: str
    region: str = "us-east-1"
    engine: str = "aurora-mysql"
    engine_version: str | None = None
    instance_class: str = CLASS
    instances: int = 2
    schedule: str = "rate(30 days)"
    strategy: str = TWO_PASSWORDS
    grace: timedelta = timedelta(hours=24)
    log_retention_days: int = 90
    alarm_topic_arn: str | None = None
    backup_retention_days: int = 7
    database: str = "application"
    user: str = "application"
    vpc_cidr: str = "10.0.0.0/16"
    password_length: int = LENGTH
    password_classes: tuple[str, ...] = tuple(CLASSES)
    password_excluded: str = ""
    zones: int = 2
    network: Network | None = None
    keys: Keys = field(default_factory=Keys)
    cluster: Cluster | None = None
    deletion_protection: bool | None = None
    final_snapshot: bool | None = None
    cost_center: str = "platform"
    compliance: str = "credential-rotation"
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _suffix(self.environment_suffix)
        _region(self.region)
        kind = chosen(self.engine, of_ones_own=self.cluster is not None)
        if self.cluster is None:
            check_offered(kind, self.version, self.instance_class, self.region)
        _between("instances", self.instances, 1, 16 if kind.clusters else 2)
        _between("zones", self.zones, 2, 6)
        if not timedelta(0) <= self.grace <= timedelta(days=365):
            raise Misuse(f"grace is {self.grace}", hint="it is at most 365 days")
        _between("backup_retention_days", self.backup_retention_days, 1, 35)
        _schedule(self.schedule)
        if self.strategy not in STRATEGIES:
            raise Misuse(f"`{_shown(self.strategy)}` is not a strategy", hint=f"it can be {', '.join(STRATEGIES)}")
        _identifier("database", self.database, kind.longest_database, kind.name)
        _identifier("user", self.user, kind.longest_user, kind.name)
        if self.user.lower() in RESERVED_USERS | {ADMINISTRATOR} or self.user.lower().startswith("pg_"):
            raise Misuse(f"user `{self.user}` belongs to the server and is never rotated")
        if self.log_retention_days not in RETENTIONS:
            raise Misuse(
                f"log_retention_days is {self.log_retention_days}, which CloudWatch Logs does not offer",
                hint=f"it offers {', '.join(str(days) for days in RETENTIONS)}",
            )
        _topic(self.alarm_topic_arn, self.region)
        _passwords(self.password_settings)
        _cidr(self.vpc_cidr, self.zones)
        if self.network is not None and len(self.network.subnet_ids) < 2:
            raise Misuse("a network needs subnets in two zones or more", hint="a DB subnet group cannot do with fewer")
        _tags(self.all_tags)

    @property
    def kind(self) -> Engine:
        return ENGINES[self.engine]

    @property
    def version(self) -> str:
        """The version of a new cluster."""
        return self.engine_version or self.kind.version

    @property
    def port(self) -> int:
        return self.cluster.port if self.cluster and self.cluster.port else self.kind.port

    @property
    def production(self) -> bool:
        return self.environment_suffix.startswith("prod")

    @property
    def protected(self) -> bool:
        return self.production if self.deletion_protection is None else self.deletion_protection

    @property
    def snapshot(self) -> bool:
        return self.production if self.final_snapshot is None else self.final_snapshot

    @property
    def all_tags(self) -> dict[str, str]:
        own = {"Environment": self.environment_suffix, "CostCenter": self.cost_center, "Compliance": self.compliance}
        return own | dict(self.tags)

    @property
    def password_settings(self) -> dict[str, str]:
        """The function's variables that say how passwords are made."""
        return {
            "PASSWORD_LENGTH": str(self.password_length),
            "PASSWORD_CLASSES": ", ".join(self.password_classes),
            **({"PASSWORD_EXCLUDED": self.password_excluded} if self.password_excluded else {}),
        }

    def name(self, resource_type: str) -> str:
        """`{resource-type}-{environment_suffix}`"""
        return f"{resource_type}-{self.environment_suffix}"

    def tagged(self, resource_type: str) -> dict[str, str]:
        """The tags of one resource."""
        return self.all_tags | {"Name": self.name(resource_type)}

    @property
    def subnets(self) -> list[str]:
        """One block of addresses for each zone of a new VPC."""
        network = ipaddress.ip_network(self.vpc_cidr)
        blocks = network.subnets(new_prefix=min(network.prefixlen + 4, 28))
        return [str(next(blocks)) for _ in range(self.zones)]


def _shown(text: str) -> str:
    """A text of the user's as it can stand in one line."""
    return text.encode("unicode_escape").decode("ascii")


def _suffix(suffix: str) -> None:
    if not suffix:
        raise Misuse("the environment suffix is empty", hint="e.g. dev-001")
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", suffix):
        wrong = "".join(dict.fromkeys(re.findall(r"[^a-z0-9-]", suffix)))
        fault = f"has {wrong!r} in it" if wrong else "begins or ends with a hyphen, or has two in a row"
        raise Misuse(
            f"environment suffix `{_shown(suffix)}` {fault}",
            hint="names of AWS's databases allow lower-case letters, digits and single hyphens only, e.g. dev-001",
        )
    if len(suffix) > LONGEST_SUFFIX:
        raise Misuse(f"environment suffix `{suffix}` is longer than {LONGEST_SUFFIX} characters")


def _region(region: str) -> None:
    if not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d", region):
        raise Misuse(f"`{_shown(region)}` is not the name of a region", hint="e.g. us-east-1")


def _between(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Misuse(f"{name} is {value}", hint=f"it is a number from {least} to {most}")


def _schedule(schedule: str) -> None:
    if re.fullmatch(r"cron\(\S+( \S+){5}\)", schedule):
        return
    rate = re.fullmatch(r"rate\((\d+) (hours?|days?)\)", schedule)
    if rate is None:
        raise Misuse(
            f"schedule `{_shown(schedule)}` is not one that Secrets Manager reads",
            hint="e.g. rate(30 days) or cron(0 4 1 * ? *)",
        )
    hours = int(rate[1]) * (24 if rate[2].startswith("day") else 1)
    if not 4 <= hours <= 999 * 24:
        raise Misuse(f"schedule `{schedule}` is outside what Secrets Manager allows", hint="from 4 hours to 999 days")


def _topic(arn: str | None, region: str) -> None:
    if arn is None:
        return
    found = re.fullmatch(r"arn:aws[a-z-]*:sns:([a-z0-9-]+):\d{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?", arn)
    if found is None:
        raise Misuse(f"`{_shown(arn)}` is not the ARN of an SNS topic")
    if found[1] != region:
        raise Misuse(
            f"the alarms' topic is in {found[1]}, the stack in {region}", hint="an alarm's topic is in its region"
        )


def _identifier(name: str, value: str, most: int, server: str) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", value) or len(value) > most:
        raise Misuse(
            f"{name} `{_shown(value)}` cannot be a name in {server} here",
            hint=f"a letter, then letters, digits and underscores, {most} characters at most",
        )


def _passwords(settings: Mapping[str, str]) -> None:
    try:
        Rules.from_environment(settings)
    except Rejected as rejected:
        words = rejected.message.removeprefix("environment variable ")
        raise Misuse(re.sub("PASSWORD_[A-Z]+", lambda name: name[0].lower(), words), hint=rejected.hint) from None


def _cidr(cidr: str, zones: int) -> None:
    try:
        network = ipaddress.ip_network(cidr)
    except ValueError as error:
        raise Misuse(f"vpc_cidr `{_shown(cidr)}`: {_shown(str(error))}") from None
    if network.version != 4 or not 16 <= network.prefixlen <= 24:
        raise Misuse(f"vpc_cidr `{cidr}` is not an IPv4 block from /16 to /24", hint=f"{zones} subnets are made in it")


def _tags(tags: Mapping[str, str]) -> None:
    for key, value in tags.items():
        if not re.fullmatch(r"[\w .:/=+@-]{1,128}", key) or key.lower().startswith("aws:"):
            raise Misuse(f"tag `{_shown(key)}` is not a name that AWS allows")
        if not re.fullmatch(r"[\w .:/=+@-]{0,256}", value):
            raise Misuse(f"tag `{key}` has a value that AWS does not allow: `{_shown(value)}`")
