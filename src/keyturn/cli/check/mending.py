"""`--fix` and `--diff`: the fixes of what was found, made or shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from keyturn.check import Fix, Result
from keyturn.edit import edited, mend
from keyturn.report import Survey

ROUNDS = 10
"""How often is looked again whether what was mended can be mended further: a class that is offered now may lack a feature."""


def mended(survey: Survey, again: Callable[[], Survey], *, risky: bool) -> Survey:
    """
    Make the fixes in the users' files, until none can be made; what is done is told on standard error.

    Args:
        again: Examines everything once more.
        risky: Whether fixes that carry a risk are made too.

    Returns:
        What is left.
    """
    for _ in range(ROUNDS):
        told = [
            line for result in survey.results for line in mend(result.graph, fixes(result, risky=risky), survey.texts)
        ]
        refused = [line for line in told if "not mended" in line]
        done = [line for line in told if line not in refused]
        print(*done, sep="\n", end="\n" if done else "", file=sys.stderr)
        if not done:
            break
        survey = again()
    print(*refused, sep="\n", end="\n" if refused else "", file=sys.stderr)
    return survey


def diff(survey: Survey, *, risky: bool) -> str:
    """What the fixes would change, as a unified diff; what cannot be mended is told on standard error."""
    pieces = []
    for result in survey.results:
        for each in edited(result.graph, fixes(result, risky=risky), survey.texts):
            print(*each.refused, sep="\n", end="\n" if each.refused else "", file=sys.stderr)
            pieces.append(each.diff())
    return "".join(pieces)


def fixes(result: Result, *, risky: bool) -> Iterator[Fix]:
    """The fixes of what was found; without the risky ones, if they are not wanted."""
    return (finding.fix for _, finding in result.findings if finding.fix and (risky or not finding.fix.risk))
