"""
A key of your own is never rotated.

KMS can make new key material every year by itself; what was encrypted with the old stays readable, and nothing has to be changed.

Fix: `EnableKeyRotation: true`.

Why it matters: the longer the same material is used, the more is lost with it; audits ask for rotation.

Scope: symmetric keys for encryption whose material AWS makes

Noticed: by an audit

Recovery: turn rotation on; it begins from that day

Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import true
from keyturn.graph import Graph, Resource, Unknown


@check("AWS::KMS::Key", verdict=Verdict.WEAK)
def kms_key_not_rotated(key: Resource, graph: Graph) -> Iterator[Outcome]:
    rotated = key.get("EnableKeyRotation")
    symmetric = key.get("KeySpec") in (None, "SYMMETRIC_DEFAULT") and key.get("KeyUsage") in (None, "ENCRYPT_DECRYPT")
    if symmetric and key.get("Origin") in (None, "AWS_KMS") and not isinstance(rotated, Unknown) and not true(rotated):
        at = key.at("EnableKeyRotation")
        yield Finding(at, "its material is never rotated", fix=Fix("rotate it every year", at, replace=True))
