"""The phases of `keyturn up`, one function each."""

from __future__ import annotations

import json
import ssl
import time
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

from keyturn import stack as rotation_stack
from keyturn.check import Verdict
from keyturn.check import run as run_checks
from keyturn.checks import every
from keyturn.graph import Graph
from keyturn.problem import Problem
from keyturn.report import Survey, verdict
from keyturn.report.text import render
from keyturn.template import to_json
from keyturn.up import leaks
from keyturn.up.deploy import INLINE_BYTES, deploy
from keyturn.up.load import Load
from keyturn.up.login import DENIED, Failed, log_in
from keyturn.up.proof import Proof
from keyturn.up.rotate import Rotator
from keyturn.up.screen import Screen
from keyturn.up.server import ready
from keyturn.up.target import Target, aws, local

WARM_SECONDS = 1.5
"""How long the clients log in before anything happens, and after."""


def everything(screen: Screen, arguments: rotation_stack.Arguments, proof: Proof, *, replicas: bool = False) -> None:
    """
    All phases, in their order, told to `proof`. What was started here is stopped again, however it ends.

    Args:
        replicas: Whether a cluster's readers are a server of their own, on this machine.
    """
    graph, proof.checks = preflight(screen, arguments)
    with ExitStack() as running:
        if proof.target == "local":
            with screen.phase("server") as phase:
                phase.sum_up(ready(arguments.engine, phase.say))
        with screen.phase("cloud") as phase:
            begin = partial(local, replicas=replicas) if proof.target == "local" else aws
            target = running.enter_context(begin(arguments.region, phase.say))
            phase.sum_up(target.endpoint or f"AWS account {target.account}")
        outputs = deploy_stack(screen, target, graph, proof)
        rotator = Rotator(
            manager=target.client("secretsmanager"),
            logs=target.client("logs"),
            secret=outputs["SecretArn"],
            function=outputs["FunctionName"],
            pause=target.pause,
            patience=target.patience,
        )
        rotate(screen, target, rotator, proof, arguments.grace)
        verify(screen, target, rotator, proof)


def preflight(screen: Screen, arguments: rotation_stack.Arguments) -> tuple[Graph, int]:
    """
    Plan the stack and check it. What no check could decide is told.

    Raises:
        Problem: A check found that AWS would refuse it, or that it would not work.
    """
    with screen.phase("preflight") as phase:
        graph = rotation_stack.graph(arguments)
        checks = every()
        result = run_checks(checks, graph)
        grave = [found for found in result.findings if verdict(*found) is not Verdict.WEAK]
        if grave:
            raise Problem(f"the stack would fail:\n{render(Survey((result,)))}")
        seen = f"{len(graph.resources)} resources planned, {len(checks)} checks, {len(result.findings)} findings"
        undecided = (f"undecided: {each.because} [{check.name}]" for check, each in result.undecided)
        phase.sum_up("; ".join((seen, *undecided)))
    return graph, len(checks)


def deploy_stack(screen: Screen, target: Target, graph: Graph, proof: Proof) -> dict[str, str]:
    """Upload the function's package and the template, create the stack, wait until it stands."""
    with screen.phase("deploy") as phase:
        started = time.monotonic()
        storage = target.client("s3")
        bucket = f"keyturn-{target.account}-{target.region}"
        _make_bucket(storage, bucket, target.region)
        package = rotation_stack.package()
        key = f"{proof.stack}/{package.digest}.zip"
        storage.put_object(Bucket=bucket, Key=key, Body=package.data)
        template = to_json(graph)
        url = None
        if len(template.encode()) > INLINE_BYTES:
            storage.put_object(Bucket=bucket, Key=f"{proof.stack}/template.json", Body=template.encode())
            url = (
                f"{target.endpoint or f'https://s3.{target.region}.amazonaws.com'}/{bucket}/{proof.stack}/template.json"
            )
        proof.stays = [f"bucket {bucket}", f"stack {proof.stack}"] if target.name == "aws" else []
        proof.deployed = deploy(
            target.client("cloudformation"),
            stack=proof.stack,
            template=template,
            template_url=url,
            parameters={"CodeBucket": bucket, "CodeKey": key},
            say=phase.say,
            pause=target.pause,
        )
        proof.deploy_seconds = time.monotonic() - started
        phase.sum_up(f"{len(proof.deployed.resources)} resources created as stack {proof.stack}")
    return proof.deployed.outputs


def _make_bucket(storage: Any, bucket: str, region: str) -> None:
    """The bucket for code and templates, private as every new bucket is; kept for the next time."""
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        storage.create_bucket(Bucket=bucket, **place)
    except storage.exceptions.BucketAlreadyOwnedByYou:
        return


def rotate(screen: Screen, target: Target, rotator: Rotator, proof: Proof, grace: timedelta) -> None:
    """The first rotation, which provisions the user; then one under live logins, through the end of its grace period."""
    with screen.phase("provision") as phase:
        first = rotator.wait(phase.say)
        proof.rotations.append(first)
        phase.sum_up("the first rotation has made the application's user and its password")
    if target.ca_file is None:
        with screen.phase("rotate") as phase:
            proof.rotations.append(rotator.rotate(phase.say))
            phase.sum_up("rotated; the database is private, so nobody logged in from here meanwhile")
        proof.claim("no login failed", None, "not tried: nobody reaches the private network from here")
        proof.claim(
            "the old password is refused after the discard", None, f"due {grace} after the rotation, by the hourly run"
        )
        return
    settings = {
        "secret": rotator.secret,
        "endpoint": target.endpoint,
        "region": target.region,
        "ca_file": target.ca_file,
    }
    with Load(**settings, environment=target.environment or {}) as load:  # type: ignore[arg-type]
        with screen.phase("rotate") as phase:
            phase.say("eight clients are logging in")
            time.sleep(WARM_SECONDS)
            proof.rotations.append(rotator.rotate(phase.say))
            time.sleep(2 * WARM_SECONDS)
            phase.sum_up("rotated while eight clients logged in without pause")
        with screen.phase("discard") as phase:
            old = _value(rotator, "AWSPREVIOUS")
            load.refresh()
            time.sleep(WARM_SECONDS)
            _discard(target, rotator, proof, grace)
            time.sleep(WARM_SECONDS)
            phase.sum_up(f"the old password was discarded after its grace of {grace.total_seconds() / 3600:g} hours")
        proof.logins = load.stop()
    _judge_logins(proof)
    refused = _login_error(old, target)
    proof.claim(
        "the old password is refused after the discard",
        refused in DENIED,
        f"the server answers {refused or 'with a welcome'}",
    )


def _discard(target: Target, rotator: Rotator, proof: Proof, grace: timedelta) -> None:
    """Let the grace period go by and wait for the hourly run that ends it."""
    assert target.pass_time
    target.pass_time(grace + timedelta(hours=1))
    deadline = time.monotonic() + rotator.patience
    while time.monotonic() < deadline:
        done = [run for run in rotator.log().runs if run.step == "discard" and run.outcome == "done"]
        if done:
            proof.discard, proof.discard_seen = done[-1], time.time()
            return
        time.sleep(rotator.pause)
    raise Problem("the old password was not discarded after its grace period")


def _judge_logins(proof: Proof) -> None:
    logins = proof.logins
    assert logins
    moved = proof.rotations[-1].steps[-1].at
    stale = [
        login
        for login in logins.records
        if login.client.startswith("boot") and login.at > moved and login.password == 1
    ]
    proof.claim("no login failed", logins.failed == 0, f"{logins.tried:,} tried by 8 clients, {logins.failed} failed")
    proof.claim(
        "the old password logged in until its grace ended",
        bool(stale) and not any(login.error for login in stale),
        f"{len(stale):,} logins by a client that never refreshed",
    )
    proof.claim(
        "everyone uses the new password afterwards",
        {login.password for login in logins.records[-len({each.client for each in logins.records}) :]} == {2},
        "the last login of each client",
    )


def verify(screen: Screen, target: Target, rotator: Rotator, proof: Proof) -> None:
    """The log group is encrypted and written to; and no password is anywhere but in the secret."""
    with screen.phase("verify") as phase:
        log = rotator.log()
        assert proof.deployed
        key = proof.deployed.outputs["LogsKeyArn"]
        proof.claim(
            "the function's log is encrypted with our key",
            log.key == key and bool(log.lines),
            f"{len(log.lines)} lines in {log.group}",
        )
        passwords = [_value(rotator, label)["password"] for label in ("AWSCURRENT", "AWSPREVIOUS")]
        texts = {"function log": "\n".join(log.lines), "our own output": "\n".join(screen.said), **target.texts()}
        seen = leaks.scan(passwords, texts, target.folder)
        where = f", found in {', '.join(seen.found)}" if seen.found else ""
        proof.claim(
            "no password is anywhere but in the secret",
            not seen.found,
            f"{seen.places} places, {seen.bytes / 1e6:.1f} MB searched{where}",
        )
        broken = [claim.text for claim in proof.claims if claim.held is False]
        phase.sum_up(f"these claims do not hold: {'; '.join(broken)}" if broken else f"{len(proof.claims)} claims hold")


def _value(rotator: Rotator, label: str) -> dict[str, Any]:
    """What the secret holds under a label."""
    value = rotator.manager.get_secret_value(SecretId=rotator.secret, VersionStage=label)["SecretString"]
    return dict(json.loads(value))


def _login_error(credentials: dict[str, Any], target: Target) -> str | None:
    """Log in once; the server's error, None if it let us in."""
    try:
        log_in(credentials, ssl.create_default_context(cafile=target.ca_file))
    except Failed as failure:
        return failure.error
    return None
