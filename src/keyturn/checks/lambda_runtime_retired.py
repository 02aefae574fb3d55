"""
A function asks for a runtime that Lambda no longer takes.

Lambda retires a runtime in three steps: it is deprecated, and gets no more patches; then no new function can be made with it; then no
function that has it can be changed, unless it is to another runtime. Functions that run on it go on running.

Fix: take a runtime that is supported, and try the code on it. What was written for Go on go1.x is built as an executable called
`bootstrap`, for provided.al2023.

Why it matters: templates and examples live longer than runtimes. The function is refused, and the stack is rolled back.

Scope: every function whose runtime is named, not container images. What runs already (`--previous`, a plan, a preview) may be changed for
longer than a new one may be made. Of days that AWS only plans nothing is said as certain: it has put them off again and again. One that
is only deprecated is weak

Noticed: at deployment, when the function is created or changed

Recovery: change the runtime and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.facts import runtime_support
from keyturn.graph import Graph, Resource, Site, Unknown

NOT_OF_THE_FUNCTION = frozenset({"Tags", "ReservedConcurrentExecutions"})
"""What is changed by calls of its own, which ask for no runtime."""

HINTS = {
    "go1.x": "build it as an executable called `bootstrap`, and take provided.al2023",
    "python2.7": "write the code for Python 3, and take a runtime that is supported",
}


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_runtime_retired(function: Resource, graph: Graph) -> Iterator[Outcome]:
    runtime, at = function.get("Runtime"), function.at("Runtime")
    if isinstance(runtime, Unknown):
        yield Undecided(at, runtime.because)
    if not isinstance(runtime, str) or (until := runtime_support.support(runtime)) is None:
        return
    day, now = graph.as_of or datetime.now(UTC).date(), graph.before(function)
    if now is not None and now.get("FunctionName") != function.get("FunctionName"):
        now = None  # It will be replaced by a new one.
    if now is not None and _unchanged(now, function):
        return
    end = until.ends_for_new if now is None else until.ends_for_old
    what, whom = ("is new", "new functions") if now is None else ("is to be changed", "changes of functions")
    if runtime_support.refused(runtime, day, new=now is None):
        fix, hint = _another(runtime, day, at)
        yield Finding(
            at=at,
            message=f"{function} {what}, and Lambda has taken no {whom} on {runtime} since {end}",
            error=runtime_support.not_supported(runtime),
            fix=fix,
            hint=hint,
        )
    elif day >= end:
        yield Undecided(at, f"AWS planned to refuse {runtime} from {end} on, and has put such days off")
    elif now is not None and now.get("Runtime") != runtime and day >= until.ends_for_new:
        yield Undecided(at, f"no new function is made with {runtime}; whether one may go back to it is not documented")
    elif until.deprecated <= min(day, runtime_support.READ):
        fix, hint = _another(runtime, day, at)
        message = f"{runtime} has been deprecated since {until.deprecated}: it gets no more security patches"
        yield Finding(at=at, message=message, fix=fix, hint=hint, verdict=Verdict.WEAK)


def _another(runtime: str, day: date, at: Site) -> tuple[Fix | None, str]:
    """The runtime that comes nearest, as a fix; otherwise a hint."""
    if newer := runtime_support.successor(runtime, day):
        risk = f"code that was written for {runtime} may fail on {newer}"
        return Fix(f"take {newer}", at, replace=newer, risk=risk), ""
    return None, HINTS.get(runtime, "take a runtime that is supported, and try the code on it")


def _unchanged(now: Resource, function: Resource) -> bool:
    """Whether nothing is asked of Lambda for which it would look at the runtime."""
    names = (now.properties.keys() | function.properties.keys()) - NOT_OF_THE_FUNCTION
    return all(now.get(name) == function.get(name) for name in names)
