"""
What Lambda calls: `rotation.handler.handle`.

A step that fails raises, which is how Secrets Manager learns of it. What is raised and what is logged
have been through the redactor; nothing else leaves this module.
"""

from __future__ import annotations

import logging
import os
import traceback
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from . import events
from .configuration import Configuration
from .deadline import Deadline
from .errors import Rejected, RotationError
from .events import RotationEvent
from .mysql import MySQL, trust
from .redact import Redactor
from .report import Report
from .steps import Rotation
from .store import Client, Kept, Store

if TYPE_CHECKING:
    import ssl

    from .deadline import Context

# At level DEBUG these write the bodies of answers, and so the secrets in them. Whatever level is set for
# the function, they stay above it.
TALKATIVE = ("boto3", "botocore", "pymysql", "urllib3")


@dataclass(slots=True)
class Container:
    """What outlives a run: Lambda keeps the process, and so these, for the next one."""

    configuration: Configuration
    client: Client
    context: ssl.SSLContext
    redactor: Redactor = field(default_factory=Redactor)
    kept: Kept = field(default_factory=dict, repr=False)

    def handle(self, event: Any, remaining_milliseconds: Any) -> None:
        """
        Serve one event and write its line.

        Raises:
            RotationError: The step was not done.
        """
        report = Report(step=_name(event), secret=self.configuration.secret_arn)
        try:
            self._serve(event, report, Deadline(remaining_milliseconds))
        except RotationError as error:
            report.conclude(error.outcome, str(error))
            error.args = (self.redactor.clean(str(error)),)
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours is reported like any failure, and its text may hold anything.
            where = traceback.extract_tb(error.__traceback__)[-1]
            because = f"{type(error).__name__} in {where.name}, line {where.lineno}"
            report.conclude("failed", because)
            raise RotationError(because, hint="this is a fault in keyturn") from None
        finally:
            report.write(self.redactor)

    def _serve(self, event: Any, report: Report, deadline: Deadline) -> None:
        parsed = events.parse(event)
        if isinstance(parsed, RotationEvent):
            report.version = parsed.token
            if parsed.secret != self.configuration.secret_arn:
                raise Rejected("this function does not rotate that secret")
        store = Store(self.client, self.configuration, report, self.redactor, self.kept)
        engine = MySQL(self.configuration, self.context, report, self.redactor)
        Rotation(self.configuration, store, engine, report, deadline).run(parsed)


def handle(event: Any, context: Context) -> None:
    """The entry point. What it returns is ignored; what it raises is a failed step."""
    _container().handle(event, context.get_remaining_time_in_millis)


@cache
def _container() -> Container:
    import boto3  # Slow to import, so only when a function really starts.

    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    configuration = Configuration.from_environment(os.environ)
    return Container(configuration, boto3.client("secretsmanager"), trust(configuration.ca_bundle))


def _name(event: Any) -> str:
    """The step's name for the report, also when the event is refused."""
    step = event.get("Step") if isinstance(event, dict) else None
    if step in tuple(events.Step):
        return str(step)
    return "discard" if isinstance(event, dict) and event.get("source") == "aws.events" else "unknown"
