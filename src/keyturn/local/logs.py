"""CloudWatch Logs: a key must admit it before it encrypts a log group; and writing to a group from inside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from keyturn.facts import logs
from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend


class Logs:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            "logs:CreateLogGroup": self._create,
            "logs:AssociateKmsKey": self._associate,
            "logs:DisassociateKmsKey": self._disassociate,
            "logs:PutMetricFilter": self._filter,
            "logs:PutRetentionPolicy": self._retain,
        }

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        name = parameters.get("logGroupName", "")
        if (key := parameters.get("kmsKeyId")) and name not in _groups(call.account, call.region):
            check_key(call.account, call.region, name, key)
        return self._rest(call)

    def _associate(self, call: Call, parameters: dict[str, Any]) -> None:
        group = self._group(call, parameters)
        check_key(call.account, call.region, group.name, parameters["kmsKeyId"])
        group.kms_key_id = parameters["kmsKeyId"]

    def _disassociate(self, call: Call, parameters: dict[str, Any]) -> None:
        self._group(call, parameters).kms_key_id = None

    def _retain(self, call: Call, parameters: dict[str, Any]) -> Answer:
        days = int(parameters.get("retentionInDays", 0))
        if days not in logs.RETENTIONS:
            raise Refused.with_error(logs.retention_refused(days))
        return self._rest(call)

    def _filter(self, call: Call, parameters: dict[str, Any]) -> Answer:
        """A filter of the same name is replaced; moto keeps both."""
        answer = self._rest(call)
        held = backend("logs", call.account, call.region).filters.metric_filters
        named = [
            each for each in held if all(each[name] == parameters[name] for name in ("filterName", "logGroupName"))
        ]
        for former in named[:-1]:
            held.remove(former)
        return answer

    def _group(self, call: Call, parameters: dict[str, Any]) -> Any:
        named = parameters.get("logGroupName") or parameters.get("resourceIdentifier", "")
        name = logs.group_arn(named).partition(":log-group:")[2] or named
        try:
            return _groups(call.account, call.region)[name]
        except KeyError:
            raise Refused("ResourceNotFoundException", "The specified log group does not exist.") from None


def check_key(account: str, region: str, group: str, named: str) -> None:
    """
    See whether a key may encrypt a log group.

    Raises:
        Refused: There is no such key, or its policy does not admit CloudWatch Logs for this group.
    """
    arn = group_arn(account, region, group)
    if not named.startswith("arn:"):
        raise Refused.with_error(logs.key_not_found(group))
    key = kms.find(account, region, named)
    if key is None or not key.usable or key.region != region:
        raise Refused.with_error(logs.key_not_found(group))
    if not admits_logs(key, arn):
        raise Refused.with_error(logs.key_refused(arn))


def admits_logs(key: kms.Key, arn: str) -> bool:
    """Whether a key lets CloudWatch Logs make all the calls that it makes for a log group."""
    names = logs.accepted_principals(key.region, partition(key.region).name)
    context = logs.encryption_context(arn)
    return any(all(key.decide(name, action, context=context).allowed for action in logs.KMS_ACTIONS) for name in names)


def group_arn(account: str, region: str, name: str) -> str:
    return f"arn:{partition(region).name}:logs:{region}:{account}:log-group:{name}"


def exists(account: str, region: str, group: str) -> bool:
    return group in _groups(account, region)


def write(account: str, region: str, group: str, stream: str, lines: list[tuple[datetime, str]]) -> None:
    """
    Write lines to a log group, as a service of AWS does: it makes the group and the stream where they are missing.

    Where the group's key no longer admits CloudWatch Logs the lines are lost, without a word.
    """
    held = backend("logs", account, region)
    held.ensure_log_group(group)
    made = held.groups[group]
    if made.kms_key_id:
        key = kms.find(account, region, made.kms_key_id)
        if key is None or not key.usable or not admits_logs(key, group_arn(account, region, group)):
            return
    if stream not in made.streams:
        made.create_log_stream(stream)
    made.put_log_events(stream, [{"timestamp": int(at.timestamp() * 1000), "message": text} for at, text in lines])


def _groups(account: str, region: str) -> Any:
    return backend("logs", account, region).groups
