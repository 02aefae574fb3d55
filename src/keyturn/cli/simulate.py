"""`keyturn simulate`: decide authorization requests, JSON Lines in and out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.policy import BadRequest, Decision, Request, evaluate
from keyturn.problem import Misuse, Problem

POLICIES = (
    *("identity_policies", "resource_policy", "permissions_boundaries", "session_policy"),
    *("service_control_policies", "resource_control_policies", "endpoint_policies"),
)
"""The kinds of policy that a line may carry besides its `request`."""

_REQUEST = ("principal", "action", "resource", "resource_account", "context", "wildcard_only")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "simulate",
        help="decide authorization requests, JSON Lines in and out",
        description="Decide authorization requests: one JSON object a line in, one decision a line out, in order.",
    )
    parser.add_argument("file", metavar="FILE", help="JSON Lines; - is standard input")
    parser.add_argument(
        "--explain", action="store_true", help="tell people why, statement by statement, in place of JSON"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.file == "-":
        return _print(simulate(sys.stdin, explain=arguments.explain))
    try:
        with Path(arguments.file).open(encoding="utf-8") as lines:
            return _print(simulate(lines, explain=arguments.explain))
    except (OSError, UnicodeDecodeError) as error:
        raise Misuse(f"{arguments.file}: {getattr(error, 'strerror', None) or 'not UTF-8 text'}".lower()) from None


def _print(answers: Iterable[str]) -> int:
    code = 0
    for answer in answers:
        print(answer)
        if answer.startswith(('{"error"', "error:")):
            code = 2
    return code


def simulate(lines: Iterable[str], *, explain: bool = False) -> Iterator[str]:
    """
    Decide one request a line.

    Args:
        lines: Each a JSON object with `request`, and any of POLICIES. Blank lines are left out.
        explain: Answer in words, with the statements that did not match, in place of JSON.

    Yields:
        `{"decision", "by", "because"}` for each line, or `{"error"}` when it cannot be understood.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            decision = _decide(line)
        except Problem as problem:
            yield f"error: {problem.message}" if explain else json.dumps({"error": problem.message})
        else:
            yield _in_words(decision) if explain else _as_json(decision)


def _decide(line: str) -> Decision:
    try:
        case = json.loads(line)
    except (ValueError, RecursionError):
        raise BadRequest("not JSON") from None
    if not isinstance(case, Mapping) or not isinstance(case.get("request"), Mapping):
        raise BadRequest("an object with a `request` is expected")
    asked: dict[str, Any] = {name: case["request"].get(name) for name in case["request"]}
    _only(case, ("request", *POLICIES), "")
    _only(asked, _REQUEST, "request: ")
    for name in ("principal", "action"):
        if name not in asked:
            raise BadRequest(f"request: `{name}` is missing")
    request = Request(
        **{name: value for name, value in asked.items() if value is not None or name in ("principal", "action")}
    )
    given = {name: case[name] for name in POLICIES if case.get(name) is not None}
    for name, value in given.items():
        if name not in ("resource_policy", "session_policy") and not isinstance(value, list):
            raise BadRequest(f"{name}: a list is expected")
        if name.endswith("control_policies") and not all(isinstance(level, list) for level in value):
            raise BadRequest(f"{name}: a list of levels, each a list of policies, is expected")
    return evaluate(request, **given)


def _only(given: Iterable[str], known: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in known:
            raise BadRequest(f"{where}`{name}` is not known; {', '.join(known)} are")


def _as_json(decision: Decision) -> str:
    by = [{"policy": cited.policy, "statement": cited.statement, "effect": cited.effect} for cited in decision.by]
    return json.dumps({"decision": decision.decision, "by": by, "because": decision.because})


def _in_words(decision: Decision) -> str:
    lines = [f"{decision.decision.replace('_', ' ')}: {decision.because}"]
    lines += [f"  {cited.effect.lower()}: {cited}" for cited in decision.by]
    lines += [f"  no match: {unmatched}" for unmatched in decision.unmatched]
    return "\n".join(lines)
