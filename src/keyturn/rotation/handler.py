"""
What Lambda calls: `rotation.handler.handle`.

A step that fails raises, which is how Secrets Manager learns of it. What is raised and what is logged
have been through the redactor; nothing else leaves this module.
"""

from __future__ import annotations

import logging
import os
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from . import events
from .configuration import POSTGRESQL, Configuration
from .custody import Custody
from .deadline import Deadline
from .errors import Rejected, RotationError
from .events import RotationEvent
from .redact import Redactor
from .report import Report
from .steps import Steps
from .store import Client, Kept, Store
from .tls import trust
from .upkeep import Upkeep

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .deadline import Context
    from .engine import Engine

TIME_FOR_A_STEP = 5.0  # seconds that must be left of the function's time

# At level DEBUG these write the bodies of answers, and so the secrets in them. Whatever level is set for
# the function, they stay above it.
TALKATIVE = ("boto3", "botocore", "pg8000", "pymysql", "urllib3")


@dataclass(slots=True)
class Container:
    """What outlives a run: Lambda keeps the process, and so these, for the next one."""

    configuration: Configuration
    client: Client
    context: ssl.SSLContext
    redactor: Redactor = field(default_factory=Redactor)
    kept: Kept = field(default_factory=dict, repr=False)

    def handle(self, event: Any, remaining_milliseconds: Callable[[], int]) -> dict[str, Any]:
        """
        Serve one event, write its line and return it.

        Raises:
            RotationError: It could not be done.
        """
        report = Report(step=_name(event), secret=self.configuration.secret_arn)
        with _told(report, self.redactor):
            self._serve(event, report, Deadline(remaining_milliseconds))
        return report.fields(self.redactor)

    def _serve(self, event: Any, report: Report, deadline: Deadline) -> None:
        parsed = events.parse(event)
        if isinstance(parsed, RotationEvent):
            report.version = parsed.token
        if parsed.secret not in (None, self.configuration.secret_arn):
            raise Rejected("this function does not rotate that secret")
        deadline.require(TIME_FOR_A_STEP, "this step")
        if self.configuration.plain:
            report.strategy = self.configuration.strategy
        store = Store(self.client, self.configuration, report, self.redactor, self.kept)
        custody = Custody(self.configuration, store, self._engine(report), report, deadline)
        if isinstance(parsed, RotationEvent):
            Steps(custody, parsed).run()
        else:
            Upkeep(custody).run(parsed.operation)

    def _engine(self, report: Report) -> Engine:
        return kind(self.configuration.engine)(self.configuration, self.context, report, self.redactor)


def kind(engine: str) -> Callable[[Configuration, ssl.SSLContext, Report, Redactor], Engine]:
    """The configured kind of server. The others' drivers are not imported, which would make starting slow."""
    if engine in POSTGRESQL:
        from .postgresql import PostgreSQL

        return PostgreSQL
    from .mysql import MySQL

    return MySQL


def handle(event: Any, context: Context) -> dict[str, Any]:
    """The entry point. Secrets Manager ignores what it returns; what it raises is a failed step."""
    report = Report(step=_name(event))
    try:
        container = _container()
    except RotationError:
        with _told(report, Redactor()):
            raise
    return container.handle(event, context.get_remaining_time_in_millis)


@cache
def _container() -> Container:
    # Slow to import, so only when a function really starts. boto3 would bring along what S3 needs.
    from botocore.config import Config
    from botocore.session import get_session

    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    configuration = Configuration.from_environment(os.environ)
    patience = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 3})
    client: Any = get_session().create_client("secretsmanager", config=patience)
    kind(configuration.engine)
    return Container(configuration, client, trust(configuration.ca_bundle))


@contextmanager
def _told(report: Report, redactor: Redactor) -> Iterator[None]:
    """Write the line, whatever happens, and let no error leave that has not been cleaned."""
    try:
        yield
    except RotationError as error:
        report.conclude(error.outcome, str(error))
        error.args = (redactor.clean(str(error)),)
        raise
    except Exception as error:  # noqa: BLE001 - a fault of ours; its text may hold anything, so only its place is told.
        where = traceback.extract_tb(error.__traceback__)[-1]
        because = f"{type(error).__name__} in {where.name}, line {where.lineno}"
        report.conclude("failed", because)
        raise RotationError(because, hint="this is a fault in keyturn") from None
    finally:
        report.write(redactor)


def _name(event: Any) -> str:
    """What the report calls it, also when the event is refused."""
    if not isinstance(event, dict):
        return "unknown"
    if event.get("source") == "aws.events":
        return str(events.Operation.DISCARD)
    asked = event.get("Step") or event.get("keyturn")
    return str(asked) if asked in (*events.Step, *events.Operation) else "unknown"


if "AWS_LAMBDA_RUNTIME_API" in os.environ:
    # Lambda lends a whole processor while it starts a function, and as much of one afterwards as its memory buys.
    with suppress(RotationError):  # A wrong setting is told by the first run, in its line.
        _container()
