"""`keyturn simulate`: decide authorization requests, JSON Lines in and out."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from keyturn.policy import BadRequest, Decision, Fault, Malformed, Request, evaluate, unknown_actions
from keyturn.policy.fault import Notes
from keyturn.policy.json_text import loaded
from keyturn.policy.wording import short
from keyturn.problem import Misuse, Problem

SINGLE = ("resource_policy", "session_policy")
LISTS = ("identity_policies", "permissions_boundaries", "endpoint_policies")
LEVELS = ("service_control_policies", "resource_control_policies")
REQUEST = ("principal", "action", "resource", "resource_account", "context", "wildcard_only")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "simulate",
        help="decide authorization requests, JSON Lines in and out",
        description="Decide authorization requests: one JSON object a line in, one decision a line out, in order.",
        epilog="exit codes: 0 every line was decided, 2 a line could not be understood; docs/policy.md has the format",
    )
    parser.add_argument("file", metavar="FILE", help="JSON Lines; - is standard input")
    parser.add_argument(
        "--explain", action="store_true", help="tell people why, statement by statement, in place of JSON"
    )


def run(arguments: argparse.Namespace) -> int:
    if arguments.file == "-":
        return _answer(sys.stdin.buffer, arguments.explain)
    try:
        lines = Path(arguments.file).open("rb")  # noqa: SIM115  # What goes wrong with writing is no fault of this file.
    except OSError as error:
        raise Misuse(f"{arguments.file}: {(error.strerror or str(error)).lower()}") from None
    with lines:
        return _answer(lines, arguments.explain)


def _answer(lines: Iterable[bytes], explain: bool) -> int:
    """Print an answer for each line as soon as it is decided, so that a program may converse."""
    code = 0
    for answer in simulate(lines, explain=explain):
        print(answer, flush=True)
        if answer.startswith(('{"error"', "error:")):
            code = 2
    return code


def simulate(lines: Iterable[str | bytes], *, explain: bool = False) -> Iterator[str]:
    """
    Decide one request a line.

    Args:
        lines: Each a JSON object, in UTF-8, with a `request` (REQUEST names its parts) and the policies that apply to it: a document for
            each of SINGLE, a list of them for each of LISTS, a list of lists for each of LEVELS. Blank lines are left out.
        explain: Answer in words, with the statements that did not match, in place of JSON.

    Yields:
        `{"decision", "by", "because"}` for each line, or `{"error"}` when it cannot be understood.
    """
    for line in lines:
        if not line.strip():
            continue
        try:
            request, policies = _read(line)
            decision = evaluate(request, **policies)
        except Problem as problem:
            yield _error_in_words(problem) if explain else json.dumps({"error": problem.message})
        else:
            yield in_words(decision, _misspelt(policies)) if explain else _as_json(decision)


def _read(line: str | bytes) -> tuple[Request, dict[str, Any]]:
    notes = Notes()
    case = loaded(_text(line), notes)
    if notes:
        raise Malformed("", notes)
    if not isinstance(case, Mapping) or not isinstance(case.get("request"), Mapping):
        raise BadRequest("an object with a `request` is expected")
    asked = dict(case["request"])
    _only(case, ("request", *SINGLE, *LISTS, *LEVELS), "")
    _only(asked, REQUEST, "request: ")
    for name in ("principal", "action"):
        if asked.get(name) is None:
            raise BadRequest(f"request: `{name}` is missing")
    request = Request(**{name: value for name, value in asked.items() if value is not None})
    policies = {name: value for name, value in case.items() if name != "request" and value is not None}
    for name, value in policies.items():
        if name in LISTS and not isinstance(value, list):
            raise BadRequest(f"{name}: a list of policies is expected")
        if name in LEVELS and not (isinstance(value, list) and all(isinstance(level, list) for level in value)):
            raise BadRequest(f"{name}: a list of levels, each a list of policies, is expected")
    return request, policies


def _text(line: str | bytes) -> str:
    """A line as text, without the mark that some editors begin a file with."""
    try:
        text = line if isinstance(line, str) else line.decode()
    except UnicodeDecodeError as error:
        raise BadRequest(f"not UTF-8 text: byte {error.start + 1} of the line is {line[error.start]:#04x}") from None
    return text.removeprefix("\ufeff")


def _only(given: Iterable[str], known: tuple[str, ...], where: str) -> None:
    for name in given:
        if name not in known:
            raise BadRequest(f"{where}`{short(name)}` is not one of {', '.join(known)}")


def _as_json(decision: Decision) -> str:
    by = [{"policy": cited.policy, "statement": cited.statement, "effect": cited.effect} for cited in decision.by]
    return json.dumps({"decision": decision.decision, "by": by, "because": decision.because})


def in_words(decision: Decision, notes: Iterable[tuple[str, Fault]] = ()) -> str:
    """A decision for people: what it is and why, the statements that decided, and how the others failed."""
    return "\n".join(
        [
            f"{decision.decision.replace('_', ' ')}: {decision.because}",
            *(f"  {cited.effect.lower()}: {cited}" for cited in decision.by),
            *(f"  no match: {unmatched}" for unmatched in decision.unmatched),
            *(f"  note: {label}: {fault}" for label, fault in notes),
        ]
    )


def _error_in_words(problem: Problem) -> str:
    """What cannot be understood, for people: all of it."""
    if not isinstance(problem, Malformed):
        return f"error: {problem.message}"
    label = f"{problem.label}: " if problem.label else ""
    return "error: " + "\n  also: ".join(f"{label}{fault}" for fault in problem.faults)


def _misspelt(policies: Mapping[str, Any]) -> Iterator[tuple[str, Fault]]:
    """Actions that do not exist, in any of the documents."""
    for name, value in policies.items():
        documents = [(name, value)] if name in SINGLE else [(f"{name}[{i}]", each) for i, each in enumerate(value)]
        if name in LEVELS:
            documents = [(f"{label}[{i}]", each) for label, level in documents for i, each in enumerate(level)]
        yield from ((label, fault) for label, document in documents for fault in unknown_actions(document))
