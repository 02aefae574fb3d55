"""Which check tells beforehand of a refusal, by the words that AWS refuses with."""

from __future__ import annotations

from keyturn.facts import logs, messaging, policies, rds, rotation
from keyturn.facts.error import AwsError

VARIES = "\0"
"""Stands where a refusal's text begins to differ from one to the next."""

WORDS: tuple[tuple[AwsError, str], ...] = (
    (logs.key_refused(VARIES), "kms-key-denies-logs"),
    (logs.key_not_found(VARIES), "log-group-key-not-an-arn"),
    (messaging.S3_DESTINATION_REFUSED, "kms-key-denies-notification"),
    (policies.MALFORMED, "iam-policy-malformed"),
    (rds.combination_refused(VARIES, VARIES, VARIES), "db-class-not-offered"),
    (rds.version_not_found(VARIES, VARIES), "db-version-not-offered"),
    (rotation.cannot_invoke(), "rotation-permission-missing"),
    (rotation.no_function(), "rotation-function-missing"),
)


def check_of(code: str, message: str) -> str | None:
    """
    The name of the check that predicts this refusal, if one does.

    Args:
        code, message: As AWS gave them.
    """
    return next(
        (
            check
            for error, check in WORDS
            if error.code == code and message.startswith(error.message.partition(VARIES)[0])
        ),
        None,
    )


def explanation(name: str) -> str | None:
    """A check's page, in Markdown; None if there is no such check."""
    # They take a fifth of the time that a cloud takes to start.
    from keyturn.checks import named
    from keyturn.report.page import page

    check = named(name)
    return page(check) if check else None
