"""What to do about a finding, in one line."""

from __future__ import annotations

from keyturn.check import Finding
from keyturn.edit import writes
from keyturn.graph import Graph


def advice(finding: Finding, graph: Graph) -> str:
    """Its hint and its fix; that `--fix` writes it is said only of what can be written. Empty if nothing is known to help."""
    if finding.fix is None:
        return finding.hint
    told = f"{finding.hint}: {finding.fix.title}" if finding.hint else finding.fix.title
    if not writes(graph, finding.fix):
        return told
    if finding.fix.risk:
        return f"{told}; `keyturn check --fix --unsafe-fixes` writes it, but {finding.fix.risk}"
    return f"{told}; `keyturn check --fix` writes it"
