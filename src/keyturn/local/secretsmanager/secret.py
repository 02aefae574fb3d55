"""
A secret: its versions, and the labels that move between them.

Source: Secrets Manager user guide, "What's in a Secrets Manager secret?"; API reference, PutSecretValue and
UpdateSecretVersionStage; read 2026-11.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from keyturn.local.secretsmanager.quotas import KEPT_AT_LEAST, MOST_VERSIONS

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


@dataclass(slots=True, eq=False)
class Version:
    """
    One value.

    Attributes:
        key: What it was encrypted with: the key's id or ARN as given; None for the service's own.
    """

    id: str
    created: datetime
    string: str | None = field(default=None, repr=False)
    binary: bytes | None = field(default=None, repr=False)
    stages: list[str] = field(default_factory=list)
    accessed: datetime | None = None
    key: str | None = None

    @property
    def has_value(self) -> bool:
        return self.string is not None or self.binary is not None

    def holds(self, string: str | None, binary: bytes | None) -> bool:
        return self.has_value and (self.string, self.binary) == (string, binary)


@dataclass(slots=True)
class Rotation:
    """
    How a secret is rotated.

    Attributes:
        function: The ARN of the function.
        rules: As given: `AutomaticallyAfterDays` or `ScheduleExpression`, `Duration`.
        enabled: False once it was cancelled.
        next: When the next one is due, its window's beginning and end.
    """

    function: str = ""
    rules: dict[str, Any] = field(default_factory=dict)
    enabled: bool = False
    last: datetime | None = None
    next: tuple[datetime, datetime] | None = None


@dataclass(slots=True, eq=False)
class Secret:
    """
    One secret.

    Attributes:
        deleted: When it is to be gone; None while it is not being deleted.
        owner: The service that manages it, e.g. `rds`; empty for a user's own.
        replicas: By region.
        replica: What it is in this region, where it is a replica of another region's.
    """

    arn: str
    name: str
    created: datetime
    changed: datetime
    description: str | None = None
    key: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    policy: str | None = None
    accessed: datetime | None = None
    deletion: datetime | None = None
    owner: str = ""
    versions: dict[str, Version] = field(default_factory=dict)
    rotation: Rotation | None = None
    replicas: dict[str, Replica] = field(default_factory=dict)
    replica: Replica | None = None

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def primary_region(self) -> str:
        """Where it is written, if it is replicated; empty otherwise."""
        if self.replica:
            return self.replica.primary.region
        return self.region if self.replicas else ""

    def holder(self, stage: str) -> Version | None:
        """The version that carries a label."""
        return next((version for version in self.versions.values() if stage in version.stages), None)

    @property
    def rotating(self) -> bool:
        """Whether a rotation is not complete: a version is pending that is not also the current one."""
        pending = self.holder(PENDING)
        return pending is not None and pending is not self.holder(CURRENT)

    def label(self, version: Version, stage: str) -> None:
        """
        Put a label on a version; it leaves the one that had it.

        When AWSCURRENT moves, AWSPREVIOUS goes to the version that it left, and off the one it came to.
        """
        before = self.holder(stage)
        if before is version:
            return
        if before is not None:
            before.stages.remove(stage)
        version.stages.append(stage)
        version.stages.sort()
        if stage == CURRENT:
            if PREVIOUS in version.stages:
                version.stages.remove(PREVIOUS)
            if before is not None:
                self.label(before, PREVIOUS)

    def unlabel(self, stage: str) -> None:
        if holder := self.holder(stage):
            holder.stages.remove(stage)

    def prune(self, now: datetime, room: int = 0) -> None:
        """
        Remove the oldest versions that nobody can ask for by label, as far as there are too many.

        Args:
            room: For so many more.
        """
        loose = sorted(
            (each for each in self.versions.values() if not each.stages and now - each.created > KEPT_AT_LEAST),
            key=lambda version: version.created,
        )
        for version in loose[: max(len(self.versions) + room - MOST_VERSIONS, 0)]:
            del self.versions[version.id]

    @property
    def labels(self) -> set[str]:
        """All that are on a version."""
        return {stage for version in self.versions.values() for stage in version.stages}


@dataclass(slots=True, eq=False)
class Replica:
    """
    A secret in another region: it has what its primary has, but a key of its own, and it is not rotated there.

    Attributes:
        key: What its values are encrypted with; None for the service's own.
        failed: Why there is none in the region although there should be; empty when there is one.
    """

    primary: Secret
    region: str
    arn: str
    key: str | None = None
    failed: str = ""
    accessed: datetime | None = None

    def secret(self) -> Secret:
        """As it is now. What is changed on it is lost."""
        versions = {each.id: replace(each, key=self.key) for each in self.primary.versions.values()}
        return replace(
            self.primary,
            arn=self.arn,
            key=self.key,
            accessed=self.accessed,
            versions=versions,
            rotation=None,
            replicas={},
            replica=self,
        )

    def told(self) -> dict[str, Any]:
        """As DescribeSecret tells of it."""
        return {
            "Region": self.region,
            "KmsKeyId": self.key or "alias/aws/secretsmanager",
            "Status": "Failed" if self.failed else "InSync",
            "StatusMessage": self.failed or "Replication succeeded",
            **({"LastAccessedDate": self.accessed} if self.accessed else {}),
        }
