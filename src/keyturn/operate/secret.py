"""A secret as Secrets Manager describes it: its rotation and its versions. Its values are never asked for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from keyturn.operate.account import Account
from keyturn.operate.refusals import DENIED, code_of, refusals
from keyturn.problem import Misuse, Problem

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"


@dataclass(frozen=True, slots=True)
class Version:
    """One version; `created` is None where it has not been asked for, or may not be."""

    id: str
    labels: tuple[str, ...]
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """
    A secret without its values.

    Attributes:
        function: The ARN of its rotation function.
        enabled: Whether its rotation is switched on.
        deleted: Since when it waits for its deletion.
        owner: The service that manages it, such as `rds`; None for the user's own.
        versions: Those with a label, the current one first.
        now: Secrets Manager's own time when it answered: ages are measured by it alone.
    """

    arn: str
    name: str
    function: str | None
    enabled: bool
    rotated: datetime | None
    next: datetime | None
    deleted: datetime | None
    owner: str | None
    versions: tuple[Version, ...] = field(repr=False)
    now: datetime

    def holder(self, label: str) -> Version | None:
        return next((version for version in self.versions if label in version.labels), None)

    @property
    def unfinished(self) -> Version | None:
        """The version of a rotation that is not complete."""
        pending = self.holder(PENDING)
        return pending if pending is not None and pending != self.holder(CURRENT) else None

    def age(self, version: Version) -> timedelta | None:
        return self.now - version.created if version.created else None

    def rotating_function(self) -> str:
        """
        The ARN of its rotation function.

        Raises:
            Problem: It has none, a service rotates it itself, or the secret is to be deleted.
        """
        if self.deleted:
            raise Problem(
                f"{self.name} is scheduled for deletion", hint="aws secretsmanager restore-secret brings it back"
            )
        if self.owner:
            raise Problem(f"{self.name} is managed by {self.owner}, which rotates it itself")
        if self.function is None:
            raise Problem(
                f"{self.name} has no rotation function", hint="`keyturn template` writes a stack that rotates a secret"
            )
        return self.function


def describe(account: Account, named: str) -> Secret:
    """
    Ask for a secret by name or ARN.

    Raises:
        Misuse: There is none of that name.
        Problem: AWS does not tell.
    """
    manager = account.secrets_manager
    with refusals():
        try:
            told = manager.describe_secret(SecretId=named)
        except ParamValidationError:
            raise Misuse(f"`{named}` is not the name of a secret") from None
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                raise Misuse(
                    f"there is no secret `{named}` in {account.region}", hint="--region says where to look for it"
                ) from None
            if code_of(error) in ("ValidationException", "InvalidParameterException"):
                raise Misuse(f"`{named}` is not the name of a secret") from None
            raise
    order = (CURRENT, PREVIOUS, PENDING)
    versions = [
        Version(name, tuple(sorted(labels, key=lambda label: (label not in order, label))))
        for name, labels in told.get("VersionIdsToStages", {}).items()
    ]
    return Secret(
        arn=told["ARN"],
        name=told["Name"],
        function=told.get("RotationLambdaARN") or None,
        enabled=bool(told.get("RotationEnabled")),
        rotated=told.get("LastRotatedDate"),
        next=told.get("NextRotationDate"),
        deleted=told.get("DeletedDate"),
        owner=told.get("OwningService"),
        versions=tuple(sorted(versions, key=lambda each: [label not in each.labels for label in order])),
        now=_clock(told),
    )


def dated(account: Account, secret: Secret) -> Secret:
    """The secret with the dates of its versions, as far as the user may know them."""
    manager = account.secrets_manager
    created: dict[str, datetime] = {}
    more: dict[str, str] = {}
    with refusals():
        try:
            while True:
                page = manager.list_secret_version_ids(SecretId=secret.arn, MaxResults=100, **more)
                created |= {each["VersionId"]: each["CreatedDate"] for each in page["Versions"]}
                if not (token := page.get("NextToken")):
                    break
                more = {"NextToken": token}
        except ClientError as error:
            if code_of(error) in DENIED:
                return secret
            raise
    versions = tuple(replace(version, created=created.get(version.id)) for version in secret.versions)
    return replace(secret, versions=versions)


def _clock(told: dict[str, Any]) -> datetime:
    header = told.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    try:
        return parsedate_to_datetime(header).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.now(UTC)
