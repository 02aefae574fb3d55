"""The way of a call: who makes it, whether they may, who answers it, and the line that it leaves in the journal."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local import protocol
from keyturn.local.call import SILENCE, Answer, Call, Handler, Refused
from keyturn.local.callers import Callers, scope
from keyturn.local.clock import Clock
from keyturn.local.journal import Entry, Journal
from keyturn.local.malformed import malformed
from keyturn.local.network import Blocked

Handlers = Mapping[str, Handler]
"""By `service:Operation`, as policies name actions."""

Authorize = Callable[[Call, dict[str, Any]], None]
"""Lets a call pass, or raises Refused."""

WHOLE = frozenset({"secretsmanager", "cloudformation"})
"""Services that are ours altogether: moto knows nothing of their state, so it may not answer for them."""

UNSIGNED = ("127.0.0.1", "localhost", "[::1]")
"""Hosts at which only signed requests are made; at the others a bucket or an API is meant."""

_log = logging.getLogger(__name__)


class Dispatcher:
    """Answers calls: those that have a handler of ours by that, all others with moto."""

    def __init__(
        self,
        handlers: Handlers,
        rest: Callable[[Call], Answer],
        *,
        authorize: Authorize,
        callers: Callers,
        clock: Clock,
        journal: Journal,
        region: str,
    ) -> None:
        self._handlers = handlers
        self._rest = rest
        self._authorize = authorize
        self._callers = callers
        self._clock = clock
        self._journal = journal
        self._region = region

    def __call__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        started = time.perf_counter()
        signed = scope(path, headers, self._region)
        call = Call(method, path, headers, body, signed.service, signed.region, self._callers.of(signed.access_key))
        try:
            if not signed.signed:
                _may_be_unsigned(call)
            call.operation = protocol.operation(call)
            answer = self._answer(call)
        except Refused as refused:
            answer = protocol.refusal(call, refused)
        except Blocked as blocked:
            return self._told(call, started, Answer(SILENCE), "Unreachable", str(blocked))
        except NotImplementedError as missing:
            told = f"the local AWS does not have {call.action}"
            answer = protocol.refusal(call, Refused("NotImplemented", str(missing) or told, 501))
        except Exception:  # noqa: BLE001 - a fault of ours, unless the request is one that no service takes
            answer = protocol.refusal(call, malformed(call) or _fault(call))
        code, message = protocol.error_of(answer) if answer.status >= 400 and answer.body else ("", "")
        return self._told(call, started, answer, code, message)

    def _told(self, call: Call, started: float, answer: Answer, code: str, message: str) -> Answer:
        """The answer, with its line in the journal."""
        self._journal.add(
            Entry(
                time=self._clock.now(),
                action=call.action,
                caller=call.caller.arn,
                region=call.region,
                status=answer.status,
                code=code,
                message=message,
                seconds=time.perf_counter() - started,
            )
        )
        return answer

    def _answer(self, call: Call) -> Answer:
        handler = self._handlers.get(call.action)
        if handler is None and call.service in WHOLE:
            raise NotImplementedError
        if handler is None and call.caller.free:
            return self._rest(call)
        known = bool(call.operation) and protocol.model(call.service) is not None
        parameters = protocol.parameters(call) if known else {}
        if not call.caller.free:
            self._authorize(call, parameters)
        if handler is None:
            return self._rest(call)
        result = handler(call, parameters)
        return result if isinstance(result, Answer) else protocol.answer(call, result)


def _may_be_unsigned(call: Call) -> None:
    """
    Let a request pass that only S3 and websites take.

    Raises:
        Refused: It is none of these.
    """
    if call.headers.get("authorization", "").startswith("AWS4-"):
        raise Refused("IncompleteSignature", "The request signature does not conform to AWS standards.")
    host = call.headers.get("host", "")
    if call.method == "POST" and call.path == "/" and re.sub(r":\d+$", "", host) in UNSIGNED:
        raise Refused("MissingAuthenticationToken", "Request is missing Authentication Token", 403)


def _fault(call: Call) -> Refused:
    """One of ours, which clients must be able to tell from a refusal of AWS's."""
    _log.exception("%s failed", call.action)
    return Refused("InternalFailure", f"the local AWS failed at {call.action}", 500)
