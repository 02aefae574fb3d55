"""
A function asks for a runtime that Lambda never had.

Each runtime has an identifier, such as `python3.13`, `nodejs22.x`, `java21` or `provided.al2023`, and of most languages only some versions
became runtimes: there is no nodejs21.x, no ruby3.1, and .NET 7 and 9 are container images only.

Fix: write the identifier as it is; take a version that there is.

Why it matters: the function is refused, and the stack is rolled back.

Scope: every function whose runtime is named. A runtime may be newer than the list at hand, so nothing is said as certain of versions that
are newer than the newest known, nor of names that are like none

Noticed: at deployment, when the function is created

Recovery: change the runtime and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
  https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from keyturn.check import Finding, Fix, Outcome, Undecided, Verdict, check
from keyturn.facts import runtime_names, runtime_support
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.REFUSED)
def lambda_runtime_unknown(function: Resource, graph: Graph) -> Iterator[Outcome]:
    runtime, at = function.get("Runtime"), function.at("Runtime")
    if not isinstance(runtime, str) or runtime_names.known(runtime):
        return
    meant = runtime_names.meant(runtime)
    if meant is None:
        yield Undecided(at, f"`{runtime}` may be newer than the list of runtimes at hand")
        return
    day = graph.as_of or datetime.now(UTC).date()
    there = ", ".join(runtime_support.supported(runtime_support.language(meant or runtime), day))
    taken = meant and not runtime_support.refused(meant, day, new=True)
    yield Finding(
        at=at,
        message=f"Lambda has no runtime `{runtime}`" + (f": it is `{meant}`" if meant else ""),
        error=runtime_names.not_a_runtime(runtime),
        fix=Fix(f"write {meant}", at, replace=meant) if taken else None,
        hint="" if taken else f"take one that there is: {there}" if there else "take one that there is",
    )
