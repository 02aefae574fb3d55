"""Services that invoke functions as themselves, where they are told to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from keyturn.check import Verdict
from keyturn.checks.evidence.deliveries import Delivery
from keyturn.checks.evidence.destinations import from_buckets
from keyturn.checks.evidence.functions import function_named, permissions
from keyturn.checks.evidence.keys import Circumstances, on_behalf_of
from keyturn.checks.evidence.publishers import ALARM_ACTIONS, by_target, in_lists, items, rule_targets, subscriptions
from keyturn.facts import logs, messaging
from keyturn.graph import Graph, Path, Resource, Unknown, Value
from keyturn.memory import memoized

_WITHIN_URI = re.compile(r".*/functions/(.+)/invocations")
_APIS = {
    "AWS::ApiGateway::Method": (("Integration", "Uri"), ("Integration", "Credentials"), "RestApiId"),
    "AWS::ApiGateway::Authorizer": (("AuthorizerUri",), ("AuthorizerCredentials",), "RestApiId"),
    "AWS::ApiGatewayV2::Integration": (("IntegrationUri",), ("CredentialsArn",), "ApiId"),
    "AWS::ApiGatewayV2::Authorizer": (("AuthorizerUri",), ("AuthorizerCredentialsArn",), "ApiId"),
}
"""Where they name a function, the role that would invoke it instead, and the API."""


def invokers(function: Resource, graph: Graph) -> Iterator[Delivery]:
    """Each service that is told to invoke a function as itself; Secrets Manager is not among them: rotation has checks of its own."""
    yield from _by_function(graph).get(function, ())
    yield from from_buckets(function, messaging.INVOKE, graph)


@memoized
def _by_function(graph: Graph) -> Mapping[Resource, list[Delivery]]:
    return by_target((*_others(graph), *_topics(graph), *_rules(graph), *_apis(graph)))


def _others(graph: Graph) -> Iterator[tuple[Resource, Delivery]]:
    for by, purpose, resource, path, value in _told(graph):
        if function := function_named(value, graph):
            of_logs = by == "logs.amazonaws.com"
            yield (
                function,
                Delivery(
                    by,
                    messaging.INVOKE,
                    resource.at(*path),
                    f"on {function} {purpose}",
                    sends=_for_log_group(resource) if of_logs else {},
                    likely=on_behalf_of(resource),
                    error=messaging.LOGS_DESTINATION_REFUSED if of_logs else None,
                    verdict=_TRY.get(by),
                    also_known_as=(f"logs.{resource.region}.amazonaws.com",) if of_logs else (),
                ),
            )


def _for_log_group(subscription: Resource) -> Circumstances:
    group, account = subscription.get("LogGroupName"), subscription.account
    arn = (
        logs.subscription_source(group, subscription.region, account, subscription.partition)
        if isinstance(group, str)
        else Unknown("which log group it is is not known")
    )
    return {"aws:SourceAccount": account, "aws:SourceArn": arn}


def _topics(graph: Graph) -> Iterator[tuple[Resource, Delivery]]:
    for topic, holder, path, value in subscriptions("lambda", graph):
        if function := function_named(value, graph):
            sends = on_behalf_of(topic) if topic else {"aws:SourceArn": _known(holder.get("TopicArn"))}
            purpose = f"to deliver messages to {function}"
            yield function, Delivery("sns.amazonaws.com", messaging.INVOKE, holder.at(*path), purpose, sends=sends)


def _rules(graph: Graph) -> Iterator[tuple[Resource, Delivery]]:
    for rule, path, value in rule_targets(graph):
        if function := function_named(value, graph):
            purpose, sends = f"to send events to {function}", on_behalf_of(rule)
            yield function, Delivery("events.amazonaws.com", messaging.INVOKE, rule.at(*path), purpose, sends=sends)


_TRY = {
    "logs.amazonaws.com": Verdict.REFUSED,
    "elasticloadbalancing.amazonaws.com": Verdict.REFUSED,
    "config.amazonaws.com": Verdict.REFUSED,
}
"""Services that look, when they are told of a function, whether they may invoke it."""


def _told(graph: Graph) -> Iterator[tuple[str, str, Resource, Path, Value]]:
    """Who is told to invoke what: the service, what for, where."""
    path: Path
    for alarm in graph.everywhere("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"):
        for path, value in in_lists(alarm, *ALARM_ACTIONS):
            yield "lambda.alarms.cloudwatch.amazonaws.com", "when an alarm goes off", alarm, path, value
    for subscription in graph.everywhere("AWS::Logs::SubscriptionFilter"):
        path = ("DestinationArn",)
        yield "logs.amazonaws.com", "with log events", subscription, path, subscription.get(*path)
    for pool in graph.everywhere("AWS::Cognito::UserPool"):
        triggers = pool.get("LambdaConfig")
        for trigger, value in triggers.items() if isinstance(triggers, Mapping) else ():
            nested = isinstance(value, Mapping)
            path = ("LambdaConfig", trigger, "LambdaArn") if nested else ("LambdaConfig", trigger)
            yield "cognito-idp.amazonaws.com", f"as {trigger} of {pool}", pool, path, pool.get(*path)
    for group in graph.everywhere("AWS::ElasticLoadBalancingV2::TargetGroup"):
        for index, _ in items(group, "Targets") if group.get("TargetType") == "lambda" else ():
            path = ("Targets", index, "Id")
            yield "elasticloadbalancing.amazonaws.com", "as a target", group, path, group.get(*path)
    for rule in graph.everywhere("AWS::IoT::TopicRule"):
        for index, _ in items(rule, "TopicRulePayload", "Actions"):
            path = ("TopicRulePayload", "Actions", index, "Lambda", "FunctionArn")
            yield "iot.amazonaws.com", "with messages of devices", rule, path, rule.get(*path)
    for rule in graph.everywhere("AWS::Config::ConfigRule"):
        if rule.get("Source", "Owner") == "CUSTOM_LAMBDA":
            path = ("Source", "SourceIdentifier")
            yield "config.amazonaws.com", "to judge resources", rule, path, rule.get(*path)


def _apis(graph: Graph) -> Iterator[tuple[Resource, Delivery]]:
    """The APIs that invoke functions, each told of once for a function, wherever it does so first."""
    told: set[tuple[Resource, str]] = set()
    for caller in graph.everywhere(*_APIS):
        path, role, owner = _APIS[caller.type]
        api, function = caller.get(owner), _function_of(caller.get(*path), graph)
        if function and caller.get(*role) is None and (function, str(api)) not in told:
            told.add((function, str(api)))
            yield (
                function,
                Delivery(
                    "apigateway.amazonaws.com",
                    messaging.INVOKE,
                    caller.at(*path),
                    f"on {function} when the API is called",
                    sends={"aws:SourceAccount": caller.account, "aws:SourceArn": _call(api, caller, function, graph)},
                ),
            )


def _call(api: Value, caller: Resource, function: Resource, graph: Graph) -> str | Unknown:
    """The ARN of a call of an API, one that a permission is for if there is any; which stages and paths there are is not looked at."""
    if not isinstance(api, str):
        return Unknown("which API it is is not known")
    start = f"arn:{caller.partition}:execute-api:{caller.region}:{caller.account}:{api}/"
    allowed = (permission.get("SourceArn") for permission in permissions(function, graph))
    return next(
        (str(each) for each in allowed if isinstance(each, str) and each.startswith(start)), f"{start}live/GET/"
    )


def _function_of(value: Value, graph: Graph) -> Resource | None:
    within = _WITHIN_URI.fullmatch(value) if isinstance(value, str) else None
    return function_named(within[1] if within else value, graph)


def _known(value: Value) -> str | Unknown:
    return value if isinstance(value, str | Unknown) else Unknown("no topic is named")
