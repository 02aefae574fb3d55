"""The AWS account of the user, by the user's own session."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from keyturn.operate.refusals import refusals
from keyturn.problem import Misuse

if TYPE_CHECKING:
    import boto3

FUNCTION_SECONDS = 75
"""How long a function is waited for: it may run for 60 seconds, and has to start first."""


@dataclass(frozen=True, slots=True)
class Account:
    """Clients of the services that an operator needs, for one region."""

    session: boto3.Session
    region: str
    endpoint: str | None

    @classmethod
    def open(cls, *, secret: str, region: str | None, profile: str | None, endpoint: str | None) -> Account:
        """
        Open a session. A secret named by its ARN is looked for in the ARN's region.

        Raises:
            Misuse: There is no such profile, or no region.
        """
        import boto3

        arn = re.match(r"arn:[\w-]+:secretsmanager:([a-z0-9-]+):", secret)
        with refusals():
            session = boto3.Session(profile_name=profile, region_name=region or (arn[1] if arn else None))
        if not session.region_name:
            raise Misuse("no region to look in", hint="--region names it, or AWS_REGION, or the secret's ARN")
        return cls(session, session.region_name, endpoint)

    @property
    def secrets_manager(self) -> Any:
        return self._client("secretsmanager")

    @property
    def logs(self) -> Any:
        return self._client("logs")

    @property
    def functions(self) -> Any:
        """A call to it is made once: what the function does must not be done twice because the answer was slow."""
        return self._client("lambda", read_timeout=FUNCTION_SECONDS, retries={"total_max_attempts": 1})

    def _client(self, service: str, **settings: Any) -> Any:
        from botocore.config import Config

        patience = Config(connect_timeout=5, **{"read_timeout": 15, "retries": {"mode": "standard"}, **settings})
        try:
            with refusals():
                return self.session.client(service, endpoint_url=self.endpoint, config=patience)  # type: ignore[call-overload]
        except ValueError as error:  # The SDK's, about a URL that is none.
            raise Misuse(str(error)[:1].lower() + str(error)[1:]) from None
