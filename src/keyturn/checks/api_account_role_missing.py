"""
An API writes logs before API Gateway has a role to write them with, or with one that it may not assume.

API Gateway writes the logs of REST APIs with one role for the whole account, which `AWS::ApiGateway::Account` sets. Where the stack sets
it, a stage that logs has to wait for it; nothing makes it. The role has to trust `apigateway.amazonaws.com`.

Fix: let the stage depend on the account's settings, and let the role trust `apigateway.amazonaws.com`.

Why it matters: in an account where no role was set before, the stage is refused; in others the same template works, until it is
deployed to a new one.

Scope: stages of REST APIs with logging, and the account's settings, where the stack declares them; what was set before is not guessed

Noticed: at deployment, when the stage or the account's settings are created

Recovery: add the dependency, or change the role, and deploy again

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Note, Outcome, Verdict, check
from keyturn.checks.evidence.order import comes_after
from keyturn.checks.evidence.trust import trust
from keyturn.facts.error import AwsError
from keyturn.graph import Graph, Resource

ACCOUNT, STAGE = "AWS::ApiGateway::Account", "AWS::ApiGateway::Stage"
NOT_SET = AwsError("BadRequestException", "CloudWatch Logs role ARN must be set in account settings to enable logging")
NOT_TRUSTED = AwsError(
    "BadRequestException",
    "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required "
    "role policy.",
)


@check(ACCOUNT, STAGE, verdict=Verdict.REFUSED)
def api_account_role_missing(resource: Resource, graph: Graph) -> Iterator[Outcome]:
    if resource.type == ACCOUNT:
        yield from trust(resource, ("CloudWatchRoleArn",), "apigateway.amazonaws.com", graph, NOT_TRUSTED)
        return
    account = next(graph.of_type(ACCOUNT), None)
    if account is None or not _logs(resource) or comes_after(resource, account, graph):
        return
    yield Finding(
        at=resource.at(),
        message=f"{resource} logs, and does not wait for {account}, which gives API Gateway the role for it",
        related=(Note(account.at(), "sets the role"),),
        hint=f"let {resource} depend on {account}",
        verdict=Verdict.WEAK,
    )


def _logs(stage: Resource) -> bool:
    settings = stage.get("MethodSettings")
    levels = [
        stage.get("MethodSettings", i, "LoggingLevel")
        for i in range(len(settings) if isinstance(settings, tuple) else 0)
    ]
    return stage.get("AccessLogSetting") is not None or any(level in ("INFO", "ERROR") for level in levels)
