"""
The line as metrics: CloudWatch takes them out of it by itself, in the embedded metric format.

| metric | unit | |
|---|---|---|
| `failures` | count | 1 for an outcome that somebody has to look at, else 0; a run that is postponed is no failure |
| `old_password_age` | seconds | since the current password took the place of the old one, while that still works |
| `overdue` | seconds | since the old password ought to have been discarded; 0 while nothing is due |
| `unfinished` | seconds | since the rotation that is not complete began; 0 without one |
| `milliseconds` | milliseconds | how long the run took, for each step |

Each is written only by the runs that know it: `overdue` and `unfinished` by the hourly one. The dimension is the function's name, and for
`milliseconds` also the step.

Source: CloudWatch user guide, "Specification: Embedded metric format"; read 2026-11.
"""

from __future__ import annotations

from typing import Any

NAMESPACE = "keyturn"
FUNCTION = "function"
FAILURES = frozenset({"rejected", "unsupported", "refused", "unreachable", "failed"})

UNITS = {"failures": "Count", "old_password_age": "Seconds", "overdue": "Seconds", "unfinished": "Seconds"}


def embedded(fields: dict[str, Any], function: str, at: float) -> dict[str, Any]:
    """
    The line's fields with what makes metrics of them.

    Args:
        function: The function's name.
        at: The moment, in seconds since the epoch.
    """
    counted = fields | {FUNCTION: function, "failures": int(fields["outcome"] in FAILURES)}
    whole = {name: unit for name, unit in UNITS.items() if name in counted}
    directives = [_directive([FUNCTION], whole), _directive([FUNCTION, "step"], {"milliseconds": "Milliseconds"})]
    return counted | {"_aws": {"Timestamp": round(at * 1000), "CloudWatchMetrics": directives}}


def _directive(dimensions: list[str], units: dict[str, str]) -> dict[str, Any]:
    metrics = [{"Name": name, "Unit": unit} for name, unit in units.items()]
    return {"Namespace": NAMESPACE, "Dimensions": [dimensions], "Metrics": metrics}
