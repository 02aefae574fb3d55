"""The database server's program and its prepared data folder, ready before anything is deployed."""

from __future__ import annotations

from collections.abc import Callable

from keyturn.rotation.configuration import POSTGRESQL


def ready(engine: str, say: Callable[[str], None]) -> str:
    """
    Find or fetch what stands for an engine of RDS on this machine; say which it is.

    Fetching takes minutes on a slow network: within the deployment, a client would give up waiting for the cluster, and try again.

    Raises:
        Problem: There is none, and none can be fetched.
    """
    if engine in POSTGRESQL:
        from keyturn.local.postgresql.__main__ import prepare
    else:
        from keyturn.local.mysql.__main__ import prepare
    return prepare(say)
