"""Whom the function believes."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def trust(ca_bundle: Path) -> ssl.SSLContext:
    """A TLS context that accepts only servers with a certificate from this bundle and the right name."""
    context = ssl.create_default_context(cafile=str(ca_bundle))
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Python 3.13 began to refuse certificates over formalities. Chain and name are verified with or without it.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
