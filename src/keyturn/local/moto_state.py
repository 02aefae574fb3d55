"""
moto, which holds the state of the services that are not ours and speaks for them.

Its state is the process's, one part for each account; so every cloud has an account of its own.
"""

from __future__ import annotations

import io
import itertools
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from keyturn.local.call import Answer, Call
from keyturn.problem import Problem

FIRST_ACCOUNT = 123456789012


class Accounts:
    """Gives out account numbers: the usual one, unless a cloud in this process has it."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._lock = threading.Lock()

    def take(self, wanted: str | None = None) -> str:
        """
        An account number that no cloud in this process has.

        Raises:
            Problem: One has the wanted one.
        """
        with self._lock:
            if wanted in self._taken:
                raise Problem(f"another local AWS in this process has the account {wanted}")
            free = wanted or next(
                str(number) for number in itertools.count(FIRST_ACCOUNT) if str(number) not in self._taken
            )
            self._taken.add(free)
            return free

    def give_back(self, account: str) -> None:
        """Forget all that moto holds of an account."""
        from moto.core.base_backend import BackendDict

        instances: list[Any] = BackendDict._instances  # type: ignore[misc]
        for backends in list(instances):
            held = backends.pop(account, {})
            if backends.service_name == "s3":
                _forget_buckets(backends, held)
        with self._lock:
            self._taken.discard(account)


def _forget_buckets(backends: Any, held: Any) -> None:
    """Bucket names are all accounts' together, and every object is a temporary file."""
    buckets = [bucket for place in held.values() for bucket in place.buckets.values()]
    for bucket in buckets:
        for part in (*bucket.keys.values(), *bucket.multiparts.values()):
            part.dispose()
        backends.bucket_accounts.pop(bucket.name, None)


ACCOUNTS = Accounts()


def backend(service: str, account: str, place: str) -> Any:
    """
    A service's state.

    Args:
        service: By moto's name, e.g. `kms`, `awslambda`.
        place: The region; `aws` (the partition) for global services.
    """
    from moto.backends import get_backend

    return get_backend(service)[account][place]  # type: ignore[call-overload]


class Moto:
    """Answers calls with moto, as a client over HTTP would see it."""

    def __init__(self) -> None:
        from moto.core.config import default_user_config
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

        default_user_config["iam"]["load_aws_managed_policies"] = True
        self._application = DomainDispatcherApplication(create_backend_app)

    def __call__(self, call: Call) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
            started.append((status, headers))

        chunks = self._application(_environ(call), start_response)
        try:
            body = b"".join(chunks)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()
        status, headers = started[0]
        dropped = ("date", "server") if call.method == "HEAD" else ("content-length", "date", "server")
        kept = {name: value for name, value in headers if name.lower() not in dropped}
        return Answer(int(status.split()[0]), kept, body)


def _environ(call: Call) -> dict[str, Any]:
    parts = urlsplit(call.path)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": call.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "QUERY_STRING": parts.query,
        "REQUEST_URI": call.path,
        "RAW_URI": call.path,
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(call.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    environ.update(_headers(call))
    environ["CONTENT_LENGTH"] = str(len(call.body))
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account
    return environ


def _headers(call: Call) -> Iterator[tuple[str, str]]:
    preserved: dict[str, str] = {}
    for name, value in call.headers.items():
        key = name.upper().replace("-", "_")
        if name == "user-agent":
            continue  # moto would take the region from it
        if "_" in name:
            preserved[f"HTTP_{key}"] = name
        yield (key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"), value
    yield "moto.preserved_header_names", preserved  # type: ignore[misc]
