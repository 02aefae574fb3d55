"""
A log group is declared for a function that will write to another one.

A function logs to `/aws/lambda/` and its name, unless `LoggingConfig` says otherwise, and Lambda makes that group when it is not there:
without a key, and without a limit of time. A group of another name stays empty, whatever key and retention it has. It happens when the
function is given no name, so that AWS chooses one, or when one of the two names is changed.

Fix: name the log group in the function's `LoggingConfig`, or give both the same name.

Why it matters: what the function logs is kept for ever, and not encrypted by the key that was meant for it.

Scope: functions that depend on a log group, or are alone with one, whose name begins with `/aws/lambda/`

Noticed: never; the declared group stays empty

Recovery: point the function to the group; the implicit group can be deleted once its logs are not needed any more

Source: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Verdict, check
from keyturn.facts import functions
from keyturn.graph import Graph, Ref, Resource, Text

GROUP = "AWS::Logs::LogGroup"


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def lambda_log_group_mismatch(function: Resource, graph: Graph) -> Iterator[Outcome]:
    if function.get("LoggingConfig", "LogGroup") is not None or not isinstance(function.identity, str):
        return
    if any(each.identity == functions.log_group(function.identity) for each in graph.everywhere(GROUP)):
        return
    group = _meant(function, graph)
    if group is None:
        return
    name = function.get("FunctionName")
    own = functions.log_group(str(name)) if name is not None else "the group of a name that AWS chooses"
    at = function.at("LoggingConfig", "LogGroup")
    yield Finding(
        at=function.at("FunctionName"),
        message=f"{function} will not log to {group.identity}, but to {own}",
        related=(Note(group.at("LogGroupName"), "this log group stays empty"),),
        fix=Fix(f"let it log to {group}", at, replace=Text(str(group.identity), (Ref(group.name),))),
    )


def _meant(function: Resource, graph: Graph) -> Resource | None:
    """The log group that was meant for a function: one that is of no other function."""
    groups = [each for each in graph.of_type(GROUP) if isinstance(each.identity, str)]
    own = {functions.log_group(str(each.identity)) for each in graph.everywhere("AWS::Lambda::Function")}
    free = [each for each in groups if str(each.identity).startswith("/aws/lambda/") and each.identity not in own]
    waited = next((each for each in free if each.name in function.depends_on), None)
    alone = len(free) == 1 and sum(1 for _ in graph.everywhere("AWS::Lambda::Function")) == 1
    return waited or (free[0] if alone else None)
