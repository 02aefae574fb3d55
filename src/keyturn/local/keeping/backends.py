"""moto's backends of one account, by name: what its state consists of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from keyturn.local.keeping.pickling import Name

S3 = "s3"


def of_account(account: str) -> Iterator[tuple[Name, Any]]:
    """Those that are there, each with its name."""
    from moto.core.base_backend import BackendDict

    instances: list[Any] = list(BackendDict._instances)  # type: ignore[misc]
    for backends in instances:
        if account in backends:
            for region, backend in dict.items(backends[account]):
                yield (type(backend).__module__.split(".")[1], account, region), backend


def put(name: Name, backend: Any) -> None:
    """Have moto use a backend under a name."""
    held, (_, account, region) = _backends(name), name
    dict.__setitem__(held[account], region, backend)


def blank(name: Name) -> Any:
    """A backend of the right class, with nothing in it."""
    kind = _backends(name).backend
    return kind.__new__(kind)


def settle(name: Name, backend: Any) -> None:
    """Put right what moto keeps outside its backends: whose a bucket is."""
    if name[0] == S3:
        for bucket in backend.buckets:
            _backends(name).bucket_accounts[bucket] = (name[2], name[1])


def _backends(name: Name) -> Any:
    from moto.backends import get_backend

    return get_backend(name[0])  # type: ignore[call-overload]
