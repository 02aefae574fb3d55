"""The operations of Lambda in front of moto's, and what other services want of it: that a function runs."""

from __future__ import annotations

import base64
import json
import threading
import uuid
import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from keyturn.facts.partitions import partition
from keyturn.local import logs
from keyturn.local.authorization import Target, decide
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.callers import Callers
from keyturn.local.clock import Clock
from keyturn.local.functions import admission, errors
from keyturn.local.functions.environment import Environment, Run
from keyturn.local.functions.fleet import Fleet, Throttled
from keyturn.local.functions.function import Function, find
from keyturn.local.functions.reach import Reach
from keyturn.local.network import Blocked
from keyturn.policy import Request, evaluate

RETRIES = (timedelta(minutes=1), timedelta(minutes=2))
"""After what time an asynchronous invocation that failed is tried again; Lambda developer guide, "Asynchronous invocation"."""
TAIL = 4096
MOST_PAYLOAD = 6 * 1024 * 1024


class Lambda:
    """The service, for one account."""

    def __init__(
        self,
        account: str,
        clock: Clock,
        callers: Callers,
        rest: Callable[[Call], Answer],
        folder: Path,
        variables: Callable[[], Mapping[str, str]],
        reach: Reach,
    ) -> None:
        """
        Args:
            reach: What functions get connections to.
            variables: What every function's process has in its environment: where the local AWS is, whom to trust.
        """
        self._account = account
        self._clock = clock
        self._callers = callers
        self._rest = rest
        self._folder = folder
        self._variables = variables
        self._reach = reach
        self._fleet = Fleet(self._environment)
        self._threads: set[threading.Thread] = set()

    def handlers(self) -> dict[str, Handler]:
        return {
            "lambda:CreateFunction": self._create,
            "lambda:UpdateFunctionConfiguration": self._change,
            "lambda:UpdateFunctionCode": self._change,
            "lambda:DeleteFunction": self._delete,
            "lambda:AddPermission": self._permit,
            "lambda:CreateEventSourceMapping": self._map,
            "lambda:Invoke": self._invoke,
        }

    def stop(self) -> None:
        self._fleet.stop()
        for thread in tuple(self._threads):
            thread.join(timeout=10)

    def target(self, call: Call, parameters: Mapping[str, Any]) -> Target | None:
        """What a call is about, for authorization."""
        named = parameters.get("FunctionName")
        action = "lambda:InvokeFunction" if call.operation == "Invoke" else ""
        if not named:
            return Target(action=action)
        function = find(self._account, call.region, named, parameters.get("Qualifier"))
        arn = function.arn if function else _arn(call, named)
        return Target(arn, policy=function.policy if function else None, action=action)

    def exists(self, arn: str) -> bool:
        return find(self._account, _region(arn), arn) is not None

    def admits(self, arn: str, principal: str, source_arn: str) -> bool:
        """Whether the function's policy lets a service of AWS invoke it for a resource of this account."""
        function = find(self._account, _region(arn), arn)
        if function is None or function.policy is None:
            return False
        context = {"aws:SourceAccount": self._account, "aws:SourceArn": source_arn}
        request = Request(principal, "lambda:InvokeFunction", function.arn, context=context)
        return evaluate(request, resource_policy=function.policy).allowed

    def invoke(self, arn: str, payload: bytes) -> bool:
        """Run a function and wait for its end; whether it ended well."""
        function = find(self._account, _region(arn), arn)
        if function is None:
            return False
        try:
            return not self._run(function, payload, str(uuid.uuid4())).failed
        except Refused:
            return False

    def invoke_later(self, arn: str, payload: bytes, attempt: int = 0, request_id: str = "") -> None:
        """Run a function in the background; when it fails, again after some time, with the same request id."""
        request_id = request_id or str(uuid.uuid4())

        def run() -> None:
            function = find(self._account, _region(arn), arn)
            if function is None:
                return
            try:
                failed = self._run(function, payload, request_id).failed
            except Refused:
                failed = True
            if failed and attempt < len(RETRIES):
                self._clock.after(RETRIES[attempt], lambda: self.invoke_later(arn, payload, attempt + 1, request_id))

        self._in_background(run)

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        admission.check_runtime(parameters.get("Runtime"), self._clock.now().date(), new=True)
        admission.check(call, parameters)
        return self._rest(call)

    def _change(self, call: Call, parameters: dict[str, Any]) -> Answer:
        function = self._found(call, parameters)
        admission.check_runtime(parameters.get("Runtime") or function.runtime, self._clock.now().date(), new=False)
        admission.check(call, {"Role": function.role, **parameters})
        return self._rest(call)

    def _delete(self, call: Call, parameters: dict[str, Any]) -> Answer:
        function = self._found(call, parameters)
        answer = self._rest(call)
        self._fleet.forget(function.arn)
        return answer

    def _map(self, call: Call, parameters: dict[str, Any]) -> Answer:
        function = self._found(call, parameters)
        admission.check_source(call, function.role, parameters.get("EventSourceArn", ""))
        return self._rest(call)

    def _permit(self, call: Call, parameters: dict[str, Any]) -> Answer:
        function = self._found(call, parameters)
        statements = (function.policy or {}).get("Statement", ())
        if any(each.get("Sid") == parameters["StatementId"] for each in statements):
            raise errors.statement_exists(parameters["StatementId"])
        return self._rest(call)

    def _invoke(self, call: Call, parameters: dict[str, Any]) -> Answer:
        function = self._found(call, parameters)
        kind = parameters.get("InvocationType") or "RequestResponse"
        payload = call.body or b"{}"
        try:
            json.loads(payload)
        except ValueError:
            raise Refused(
                "InvalidRequestContentException", "Could not parse request body into json: invalid JSON"
            ) from None
        if len(payload) > MOST_PAYLOAD:
            raise Refused("RequestTooLargeException", f"{len(payload)} byte payload is too large", 413)
        request_id = str(uuid.uuid4())
        headers = {"x-amzn-RequestId": request_id}
        if kind == "DryRun":
            return Answer(204, headers)
        if kind == "Event":
            self.invoke_later(_qualified(function), payload, request_id=request_id)
            return Answer(202, headers)
        run = self._run(function, payload, request_id)
        headers |= {"Content-Type": "application/json", "X-Amz-Executed-Version": function.version}
        if run.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        if parameters.get("LogType") == "Tail":
            tail = "\n".join(run.lines).encode()[-TAIL:]
            headers["X-Amz-Log-Result"] = base64.b64encode(tail).decode()
        return Answer(200, headers, run.payload)

    def _found(self, call: Call, parameters: Mapping[str, Any]) -> Function:
        named = parameters["FunctionName"]
        function = find(self._account, call.region, named, parameters.get("Qualifier"))
        if function is None:
            raise errors.not_found(_arn(call, named))
        return function

    def _run(self, function: Function, payload: bytes, request_id: str) -> Run:
        if not function.runtime.startswith("python"):
            raise NotImplementedError(
                f"the local AWS runs functions in Python only, not {function.runtime or 'images'}"
            )
        admission.check_variables(function)
        try:
            environment, run = self._fleet.run(function, payload, request_id)
        except Throttled:
            raise errors.too_many() from None
        except zipfile.BadZipFile:
            raise errors.not_a_zip() from None
        self._log(function, environment.stream, run, request_id)
        return run

    def _log(self, function: Function, stream: str, run: Run, request_id: str) -> None:
        """Write the lines of a run, if the role may: where it may not, they are lost, as on AWS."""
        caller = admission.role_session(self._account, function.role, function.name, function.arn)
        group = logs.group_arn(self._account, function.region, function.log_group)
        needed: dict[str, tuple[str, ...]] = {
            f"{group}:log-stream:{stream}": ("logs:CreateLogStream", "logs:PutLogEvents")
        }
        if not logs.exists(self._account, function.region, function.log_group):
            needed[f"{group}:log-stream:"] = ("logs:CreateLogGroup",)
        for resource, actions in needed.items():
            for action in actions:
                if not decide(caller, action, Target(resource), region=function.region).allowed:
                    return
        lines = [(self._clock.now(), line) for line in _report(function, run, request_id)]
        logs.write(self._account, function.region, function.log_group, stream, lines)

    def _environment(self, function: Function) -> Environment:
        caller = admission.role_session(self._account, function.role, function.name, function.arn)
        credentials = self._callers.give(caller)
        variables = {**self._variables(), **function.variables, **credentials.environment()}
        return Environment(function, self._folder, variables, lambda host, port: self._reaches(function, host, port))

    def _reaches(self, function: Function, host: str, port: int) -> bool:
        try:
            self._reach.address(function, host, port)
        except Blocked:
            return False
        return True

    def _in_background(self, work: Callable[[], None]) -> None:
        def run() -> None:
            try:
                work()
            finally:
                self._threads.discard(threading.current_thread())

        thread = threading.Thread(target=run, name="keyturn-invocation", daemon=True)
        self._threads.add(thread)
        thread.start()


def _report(function: Function, run: Run, request_id: str) -> list[str]:
    """The lines of one invocation as they stand in the log group."""
    milliseconds = run.seconds * 1000
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {int(milliseconds) + 1} ms"
        f"\tMemory Size: {function.memory} MB\tMax Memory Used: {min(run.memory, function.memory)} MB"
    )
    if run.initialised is not None:
        report += f"\tInit Duration: {run.initialised * 1000:.2f} ms"
    start = [f"START RequestId: {request_id} Version: {function.version}"]
    note = [run.note] if run.note else []
    return [*start, *(line for line in run.lines if line), *note, f"END RequestId: {request_id}", report]


def _region(arn: str) -> str:
    return arn.split(":")[3] if arn.startswith("arn:") else ""


def _qualified(function: Function) -> str:
    return function.arn if function.version == "$LATEST" else f"{function.arn}:{function.version}"


def _arn(call: Call, named: str) -> str:
    if named.startswith("arn:"):
        return named
    return f"arn:{partition(call.region).name}:lambda:{call.region}:{call.account}:function:{named}"
