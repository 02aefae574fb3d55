"""How a rotation stands, told: facts for programs (`as_data`) and the same for people (`as_text`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.markup import escape

from keyturn.operate.faults import Fault
from keyturn.operate.function import name_of
from keyturn.operate.secret import Version
from keyturn.operate.spans import spoken
from keyturn.operate.standing import Standing


def as_data(standing: Standing, wrong: Sequence[Fault]) -> dict[str, Any]:
    """What `keyturn status --format json` prints; described in docs/operating.md."""
    secret, answer, last = standing.secret, standing.answer, standing.last_failure
    return {
        "version": 1,
        "ok": not wrong,
        "secret": secret.arn,
        "function": secret.function,
        "rotation": {
            "enabled": secret.enabled,
            "last": _moment(secret.rotated),
            "next": _moment(secret.next),
            "unfinished": secret.unfinished.id if secret.unfinished else None,
        },
        "versions": [
            {
                "id": version.id,
                "labels": list(version.labels),
                "age_seconds": int(age.total_seconds()) if (age := secret.age(version)) else None,
                "password": standing.password(version),
            }
            for version in secret.versions
        ],
        "old_password": {
            "works": answer.retained,
            "age_seconds": answer.old_password_age,
            "grace_left_seconds": answer.grace_left,
            "overdue_seconds": answer.overdue,
        }
        if answer
        else None,
        "last_failure": {"at": last.at, "step": last.step, "outcome": last.outcome, "because": last.because}
        if last
        else None,
        "log_read": standing.runs is not None,
        "wrong": [{"what": fault.what, "hint": fault.hint} for fault in wrong],
    }


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def as_text(standing: Standing, wrong: Sequence[Fault]) -> str:
    """The same for people, with Rich's markup."""
    return "\n".join((*_known(standing), *_judged(wrong), *_remembered(standing)))


def _known(standing: Standing) -> Iterator[str]:
    secret, answer = standing.secret, standing.answer
    yield f"[bold]{escape(secret.name)}[/]  rotated by {escape(name_of(secret.rotating_function()))}"
    for version in secret.versions:
        age = secret.age(version)
        old = f"{spoken(age)} old" if age is not None else "age not known"
        yield f"  {', '.join(version.labels):<12} [dim]{version.id[:8]}[/]  {old:<16} {_said(standing, version)}"
    last = f"rotated {spoken(secret.now - secret.rotated)} ago" if secret.rotated else "not rotated yet"
    due = f", next in {spoken(secret.next - secret.now)}" if secret.next and secret.next > secret.now else ""
    yield f"  {last}{due if secret.enabled else ''}"
    if pending := secret.unfinished:
        yield f"  a rotation is not complete: {pending.id[:8]} is pending"
    if answer and answer.retained and answer.grace_left is not None:
        left = timedelta(seconds=answer.grace_left)
        yield (
            f"  the old password works for {spoken(left)} more" if left else "  the old password is due to be discarded"
        )


def _judged(wrong: Sequence[Fault]) -> Iterator[str]:
    for fault in wrong:
        yield f"  [red]✗[/] {escape(fault.what)}"
        if fault.hint:
            yield f"    [dim]hint: {escape(fault.hint)}[/]"
    if not wrong:
        yield "  [green]✓[/] nothing is wrong"


def _remembered(standing: Standing) -> Iterator[str]:
    if failure := standing.last_failure:
        ago = spoken(timedelta(seconds=standing.secret.now.timestamp() - failure.at))
        yield f"  last failure, {ago} ago: {failure.step} {failure.outcome}: {escape(failure.because)}"
    if standing.runs is None:
        yield "  [dim]the function's log could not be read[/]"


def _said(standing: Standing, version: Version) -> str:
    match standing.password(version):
        case "newest":
            return "logs in"
        case "retained":
            return "logs in, as the old password"
        case "refused":
            return "does not log in"
        case "no account":
            return "does not log in: there is no such user"
    return "[dim]not known[/]" if standing.trouble else "has no password"
