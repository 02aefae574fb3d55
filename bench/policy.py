"""
Decisions per second on a key policy of four statements with conditions, beside the npm package @cloud-copilot/iam-simulate.

Three ways of giving the policy: parsed beforehand; as the same plain data with each request; as data that was never seen before. In
the peer, parsed documents can only be given to a function inside it: its public one takes plain data and checks it each time.
Both run in one process each, in turns, on the same requests, and the processor's time is what counts: what else the machine does makes
neither slower. Needs node and npm; without them only keyturn is measured.
"""

from __future__ import annotations

import itertools
import json
import shutil
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keyturn.local.servers.cache import folder, once
from keyturn.policy import Request, kms, read
from keyturn.problem import Problem

PEER = ("@cloud-copilot/iam-simulate", "0.1.173")
TURNS = 5
SECONDS = 1.0
UNSEEN = 4000
"""More documents than keyturn remembers, so that each is new when it comes round again."""

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
USE = ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"]
LOGS = "logs.us-east-1.amazonaws.com"
GROUPS = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/"
OTHER_GROUP = "arn:aws:logs:us-east-1:444455556666:log-group:f"
SESSION, ANN = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s", f"arn:aws:iam::{ACCOUNT}:user/ann"
EVE = "arn:aws:iam::444455556666:user/eve"
INSIDE = {"aws:SecureTransport": "true", "kms:CallerAccount": ACCOUNT, "aws:PrincipalAccount": ACCOUNT}
OUTSIDE = {"aws:SecureTransport": "false", "kms:CallerAccount": "444455556666", "aws:PrincipalAccount": "444455556666"}
REQUESTS: list[tuple[str, str, dict[str, str], str]] = [
    (LOGS, "kms:Encrypt", {"kms:EncryptionContext:aws:logs:arn": f"{GROUPS}f"}, "allowed"),
    (LOGS, "kms:Decrypt", {"kms:EncryptionContext:aws:logs:arn": OTHER_GROUP}, "implicitly_denied"),
    (SESSION, "kms:Decrypt", INSIDE | {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}, "allowed"),
    (ANN, "kms:Decrypt", INSIDE, "implicitly_denied"),
    (ANN, "kms:PutKeyPolicy", INSIDE, "implicitly_denied"),
    (EVE, "kms:Decrypt", OUTSIDE, "explicitly_denied"),
]
"""Who asks for what in which circumstances, and the answer."""


def key_policy(mark: str = "") -> dict[str, Any]:
    """The account, a service for its log groups, a service on behalf of the account, and a denial; `mark` makes it one of its own."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "Account", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"},
            {
                "Sid": f"Logs{mark}",
                "Effect": "Allow",
                "Principal": {"Service": LOGS},
                "Action": USE,
                "Resource": "*",
                "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": [f"{GROUPS}*", f"{GROUPS}{mark}"]}},
            },
            {
                "Sid": "Via",
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"],
                "Resource": "*",
                "Condition": {"StringEquals": {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com", "kms:CallerAccount": ACCOUNT}},
            },
            {
                "Sid": "OthersInTheClear",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "kms:*",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}, "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}},
            },
        ],
    }  # fmt: skip


SAME = key_policy()
WAYS = {
    "parsed": "documents parsed beforehand",
    "same": "the same plain data each time",
    "unseen": "plain data never seen before",
}


def main() -> None:
    ours = _ours()
    try:
        with _peer() as theirs:
            _report(ours, theirs)
    except Problem as problem:
        print(f"   {PEER[0]} is not measured: {problem.message}")
        _report(ours, None)


def _report(ours: Callable[[str], float], theirs: Callable[[str], float] | None) -> None:
    print(f"{'decisions/s, median of':32}{'keyturn':>12}" + (f"{PEER[0]:>32}{'ratio':>8}" if theirs else ""))
    for way, told in WAYS.items():
        turns = [(ours(way), theirs(way) if theirs else 0.0) for _ in range(TURNS)]
        mine, peer = (statistics.median(rates) for rates in zip(*turns, strict=True))
        print(f"{told:32}{mine:12,.0f}" + (f"{peer:32,.0f}{mine / peer:8.1f}" if theirs else ""), flush=True)


def _ours() -> Callable[[str], float]:
    document = read(SAME)
    endless = itertools.cycle([key_policy(str(number)) for number in range(UNSEEN)])
    policies: dict[str, Iterator[Any]] = {
        "parsed": itertools.repeat(document),
        "same": itertools.repeat(SAME),
        "unseen": endless,
    }

    def measure(way: str) -> float:
        given = policies[way]
        for principal, action, context, expected in REQUESTS:
            found = kms.evaluate(Request(principal, action, KEY, context=context), key_policy=next(given)).decision
            assert found == expected, (principal, action, found)
        done = 0
        started = time.process_time()
        while (spent := time.process_time() - started) < SECONDS:
            for principal, action, context, _ in REQUESTS:
                kms.evaluate(Request(principal, action, KEY, context=context), key_policy=next(given))
            done += len(REQUESTS)
        return done / spent

    return measure


@contextmanager
def _peer() -> Iterator[Callable[[str], float]]:
    """The peer as a process that measures when it is told to."""
    node = shutil.which("node")
    if node is None:
        raise Problem("there is no node on this machine")
    script = Path(__file__).with_name("policy_peer.mjs")
    with subprocess.Popen(
        [node, script, _installed()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        given, told = process.stdin, process.stdout

        def ask(question: object) -> Any:
            given.write(f"{json.dumps(question)}\n")
            given.flush()
            answer = told.readline()
            if not answer:
                raise Problem(f"it ended with {process.wait()}")
            return json.loads(answer)

        work = {"key": KEY, "account": ACCOUNT, "requests": REQUESTS, "same": SAME, "seconds": SECONDS}
        wrong = ask(work | {"unseen": [key_policy(str(number)) for number in range(UNSEEN)]})
        for line in wrong:
            print(f"   it answers {line}", flush=True)
        yield ask
        given.close()


def _installed() -> Path:
    """The folder of the peer; npm fetches it the first time."""
    name, version = PEER
    npm = shutil.which("npm")
    if npm is None:
        raise Problem("there is no npm on this machine")

    def install(target: Path) -> None:
        target.mkdir(parents=True)
        command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", f"{name}@{version}"]
        if subprocess.run([*command, "--prefix", target], stdout=subprocess.DEVNULL, check=False).returncode:
            raise Problem(f"npm cannot install {name} {version}")

    print(f"   {name} {version}", flush=True)
    return once(folder() / "peers" / f"iam-simulate-{version}", install, waiting=lambda: None) / "node_modules" / name


if __name__ == "__main__":
    main()
