"""
EventBridge: when a rule is due, its functions run; what services tell goes to the rules that ask for it. moto keeps the rules and their
targets, and delivers to queues, log groups and other buses.

Of a rule's targets only Lambda functions get what is scheduled.

Source: EventBridge user guide, "Creating a scheduled rule" and "Using resource-based policies: AWS Lambda permissions"; the event is that
of "Events from AWS services", `Scheduled Event`.
"""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import datetime
from typing import Any, Protocol

from keyturn.local import cron
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.clock import Alarm, Clock
from keyturn.local.functions.function import find
from keyturn.local.functions.service import RETRIES
from keyturn.local.moto_state import backend
from keyturn.policy import Request, evaluate

PRINCIPAL = "events.amazonaws.com"
CHANGED = ("InputPath", "InputTransformer")
"""Ways to change an event for its target that are not here."""


class Functions(Protocol):
    """What schedules need of Lambda."""

    def invoke(self, arn: str, payload: bytes) -> bool:
        """Run it and wait for its end; whether it ended well."""
        ...


class Events:
    """The operations in front of moto's, and the alarms of one account's rules."""

    def __init__(self, account: str, clock: Clock, functions: Functions, rest: Callable[[Call], Answer]) -> None:
        self._account = account
        self._clock = clock
        self._functions = functions
        self._rest = rest
        self._alarms: dict[tuple[str, str], Alarm] = {}
        self._lock = threading.Lock()
        self._stopped = False

    def handlers(self) -> dict[str, Handler]:
        return {
            "events:PutRule": self._put,
            "events:PutTargets": self._put_targets,
            "events:EnableRule": self._change,
            "events:DisableRule": self._change,
            "events:DeleteRule": self._change,
        }

    def resume(self, regions: Iterable[str]) -> None:
        """Take up the schedules of rules that moto has from before."""
        for region in regions:
            for name in tuple(backend("events", self._account, region).event_buses["default"].rules):
                self._wait(region, name, self._clock.now())

    def publish(self, region: str, source: str, kind: str, detail: dict[str, Any]) -> None:
        """
        Give an event of a service of AWS to the rules of the default bus that ask for it.

        Args:
            source: E.g. `aws.secretsmanager`.
            kind: Its `detail-type`.
        """
        event = _event(self._account, region, self._clock.now(), source, kind) | {"detail": detail}
        rules = tuple(backend("events", self._account, region).event_buses["default"].rules.values())
        asking = [each for each in rules if _asks(each, event)]
        if asking and not self._stopped:
            self._clock.work(lambda: self._deliver(region, event, asking))

    def _deliver(self, region: str, event: dict[str, Any], rules: list[Any]) -> None:
        for rule in rules:
            functions = [*_functions(rule)]
            others = copy(rule)
            others.targets = [target for target in rule.targets if target not in functions]
            others.send_to_targets(event, transform_input=any("InputTransformer" in each for each in others.targets))
            for target in functions:
                if self._admitted(target["Arn"], region, rule.arn):
                    payload = target["Input"].encode() if target.get("Input") else json.dumps(event).encode()
                    self._invoke(target["Arn"], payload)

    def stop(self) -> None:
        """Nothing is due any more."""
        with self._lock:
            self._stopped = True
            for alarm in self._alarms.values():
                alarm.cancel()
            self._alarms.clear()

    def _put(self, call: Call, parameters: dict[str, Any]) -> Answer:
        if expression := parameters.get("ScheduleExpression"):
            try:
                known = cron.rate(expression) or cron.cron(expression)
            except cron.BadExpression:
                known = None
            if known is None:
                raise Refused("ValidationException", "Parameter ScheduleExpression is not valid.")
        return self._change(call, parameters)

    def _put_targets(self, call: Call, parameters: dict[str, Any]) -> Answer:
        rule = self._rule(call.region, parameters.get("Rule", ""))
        if rule is not None and rule.scheduled_expression:
            for target in parameters.get("Targets", ()):
                if changed := next((each for each in CHANGED if each in target), None):
                    raise NotImplementedError(
                        f"the local AWS does not change scheduled events by {changed}; give Input"
                    )
        return self._rest(call)

    def _change(self, call: Call, parameters: dict[str, Any]) -> Answer:
        answer = self._rest(call)
        if answer.status == 200:
            self._wait(call.region, parameters["Name"], self._clock.now())
        return answer

    def _wait(self, region: str, name: str, since: datetime) -> None:
        """Wait for the next time that a rule is due, and no longer for another."""
        rule = self._rule(region, name)
        moment = _next(rule.scheduled_expression, since) if rule is not None and rule.state != "DISABLED" else None
        with self._lock:
            if alarm := self._alarms.pop((region, name), None):
                alarm.cancel()
            if moment and not self._stopped:
                self._alarms[region, name] = self._clock.at(moment, lambda: self._due(region, name, moment))

    def _due(self, region: str, name: str, moment: datetime) -> None:
        self._wait(region, name, moment)
        rule = self._rule(region, name)
        if rule is None or self._stopped:
            return
        scheduled = _event(self._account, region, moment, "aws.events", "Scheduled Event")
        event = json.dumps({**scheduled, "resources": [rule.arn]}).encode()
        for target in _functions(rule):
            if self._admitted(target["Arn"], region, rule.arn):
                payload = target["Input"].encode() if target.get("Input") else event
                self._invoke(target["Arn"], payload)

    def _invoke(self, arn: str, payload: bytes, attempt: int = 0) -> None:
        """
        Run a function, again after some time when it fails.

        Whoever moves the clock waits for it, so that the runs of a day come one after the other, each at its own time.
        """
        if self._stopped or self._functions.invoke(arn, payload) or attempt == len(RETRIES):
            return
        self._clock.after(RETRIES[attempt], lambda: self._invoke(arn, payload, attempt + 1))

    def _admitted(self, arn: str, region: str, rule: str) -> bool:
        """Whether the function's own policy lets EventBridge invoke it for a rule; no account is told beside the rule's ARN."""
        function = find(self._account, region, arn)
        if function is None or function.policy is None:
            return False
        request = Request(PRINCIPAL, "lambda:InvokeFunction", function.arn, context={"aws:SourceArn": rule})
        return evaluate(request, resource_policy=function.policy).allowed

    def _rule(self, region: str, name: str) -> Any:
        """Schedules are on the default bus only."""
        return backend("events", self._account, region).event_buses["default"].rules.get(name)


def _next(expression: str | None, since: datetime) -> datetime | None:
    if not expression:
        return None
    if period := cron.rate(expression):
        return since + period
    moments = cron.cron(expression)
    return moments.after(since) if moments else None


def _functions(rule: Any) -> Iterator[dict[str, Any]]:
    return (target for target in tuple(rule.targets) if target["Arn"].split(":")[2] == "lambda")


def _asks(rule: Any, event: dict[str, Any]) -> bool:
    return bool(
        rule.state != "DISABLED" and rule.event_pattern.get_pattern() and rule.event_pattern.matches_event(event)
    )


def _event(account: str, region: str, moment: datetime, source: str, kind: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": account,
        "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": region,
        "resources": [],
        "detail": {},
    }
