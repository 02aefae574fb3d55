"""What a run has shown: facts for programs (`as_data`) and the same for people (`as_text`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from keyturn.up.deploy import Deployed
from keyturn.up.functionlog import Run
from keyturn.up.load import Logins
from keyturn.up.rotate import Rotation


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that had to be shown. `held` is None where this target cannot show it; `detail` says how it was seen, or why not."""

    text: str
    held: bool | None
    detail: str


@dataclass
class Proof:
    """All that a run has shown, collected as it goes."""

    target: str
    stack: str
    region: str
    checks: int = 0
    deployed: Deployed | None = None
    deploy_seconds: float = 0.0
    rotations: list[Rotation] = field(default_factory=list)
    discard: Run | None = None
    discard_seen: float = 0.0
    """When its line was seen, by the real clock, in seconds since the epoch; its own time is the one that was hurried."""
    logins: Logins | None = None
    claims: list[Claim] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    """What is left when the run has ended, in words; nothing is on the local AWS."""

    @property
    def held(self) -> bool:
        """Whether nothing that could be shown failed to hold."""
        return all(claim.held is not False for claim in self.claims)

    def claim(self, text: str, held: bool | None, detail: str) -> None:
        self.claims.append(Claim(text, held, detail))


def as_data(proof: Proof) -> dict[str, object]:
    """The JSON object that `keyturn up --format json` ends with; described in docs/up.md."""
    deployed = proof.deployed
    return {
        "version": 1,
        "target": proof.target,
        "region": proof.region,
        "stack": proof.stack,
        "ok": proof.held,
        "deployed": {
            "seconds": round(proof.deploy_seconds, 3),
            "outputs": deployed.outputs,
            "resources": [{"name": name, "type": kind, "id": identity} for name, kind, identity in deployed.resources],
        }
        if deployed
        else None,
        "rotations": [
            {
                "version": rotation.version,
                "api_calls": rotation.api_calls,
                "sql_statements": rotation.sql_statements,
                "steps": [_run(run) for run in rotation.steps],
            }
            for rotation in proof.rotations
        ],
        "discard": _run(proof.discard) if proof.discard else None,
        "logins": _logins(proof.logins) if proof.logins else None,
        "claims": [{"claim": claim.text, "held": claim.held, "detail": claim.detail} for claim in proof.claims],
    }


def _run(run: Run) -> dict[str, object]:
    return {
        "step": run.step,
        "outcome": run.outcome,
        "at": round(run.at, 3),
        "milliseconds": run.milliseconds,
        "api": run.api,
        "sql": run.sql,
        "logins": run.logins,
    }


def _logins(logins: Logins) -> dict[str, object]:
    return {
        "tried": logins.tried,
        "failed": logins.failed,
        "errors": logins.errors,
        "clients": len({login.client for login in logins.records}),
        "p50_milliseconds": round(logins.percentile(50), 2),
        "p99_milliseconds": round(logins.percentile(99), 2),
        "longest_gap_seconds": round(logins.longest_gap, 3),
    }


def as_text(proof: Proof) -> str:
    """The same for people, with Rich's markup."""
    return "\n".join(_lines(proof)) + "\n"


def _lines(proof: Proof) -> Iterator[str]:
    yield ""
    yield f"[bold]proof[/]  {proof.stack} on {'the local AWS' if proof.target == 'local' else 'AWS'}, {proof.region}"
    for number, rotation in enumerate(proof.rotations, 1):
        what = "provisioned the user" if number == 1 else "under live logins"
        steps = "  ".join(f"{run.step} {run.milliseconds} ms" for run in rotation.steps)
        yield f"  rotation {number}, {what}: {steps}"
        yield f"    [dim]{rotation.api_calls} Secrets Manager calls, {rotation.sql_statements} SQL statements[/]"
    if proof.logins:
        yield (
            f"  logins: {proof.logins.tried:,} tried, {proof.logins.failed} failed, "
            f"p50 {proof.logins.percentile(50):.1f} ms, p99 {proof.logins.percentile(99):.1f} ms"
        )
    for claim in proof.claims:
        mark = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[dim]–[/]"}[claim.held]
        yield f"  {mark} {claim.text}  [dim]{claim.detail}[/]"
