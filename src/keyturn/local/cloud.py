"""
A strict AWS on this machine.

    with Cloud.start(folder) as cloud:
        cloud.client("secretsmanager").create_secret(Name="greeting", SecretString="hello")
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from keyturn.facts.partitions import partition
from keyturn.local.call import Answer
from keyturn.local.callers import ROOT_KEY, Callers
from keyturn.local.clock import Clock
from keyturn.local.cloudformation.providers import PATH as RESPONSES
from keyturn.local.console import PREFIX, Console
from keyturn.local.console.status import status
from keyturn.local.dispatch import Dispatcher
from keyturn.local.journal import Journal
from keyturn.local.keeping import Keeper
from keyturn.local.moto_state import ACCOUNTS, Moto
from keyturn.local.rds.servers import Server as Database
from keyturn.local.s3 import Buckets
from keyturn.local.server import Server
from keyturn.local.services import Services
from keyturn.local.tls import Authority
from keyturn.problem import Problem

Progress = Callable[[str], None]

PATIENCE_SECONDS = 900
"""How long our own clients wait for an answer: a database may have to be fetched first, and nothing is to be asked for twice."""


class Cloud:
    """
    A running one. Leaving the `with` block ends all that it has started; so does the end of this process, however it comes.

    Attributes:
        account: Its account number.
        region: Where clients are unless they say otherwise.
        folder: Where it keeps its files.
        clock: Its time, which can be moved.
        requests: Every call it has answered.
    """

    def __init__(
        self,
        folder: Path,
        region: str,
        port: int,
        progress: Progress,
        enforce_iam: bool,
        keep: bool,
        replicas: bool,
        account: str | None,
        stopping: ExitStack,
    ) -> None:
        self.folder = folder.absolute()
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(f"{self.folder} cannot be written: {(error.strerror or str(error)).lower()}") from None
        self.region = region
        keeper = Keeper(self.folder) if keep else None
        if keeper:
            stopping.callback(keeper.close)
        kept = keeper.read() if keeper else None
        self.account = ACCOUNTS.take(kept["account"] if kept else account)
        stopping.callback(ACCOUNTS.give_back, self.account)
        self.clock = Clock()
        stopping.callback(self.clock.stop)
        self.requests = Journal()
        self._progress = progress
        self._clients: dict[tuple[str, str], Any] = {}
        self._making_clients = threading.Lock()
        self._stopping = stopping
        callers, moto = Callers(self.account, partition(region).name, free=not enforce_iam), Buckets(Moto())
        services = Services(
            self.account,
            self.clock,
            callers,
            moto,
            self.folder,
            self._for_functions,
            self._client_of,
            lambda: self.authority,
            progress,
            keep=keep,
            replicas=replicas,
        )
        self._databases = services.databases
        self._providers = services.providers
        self._dispatcher = Dispatcher(
            services.handlers,
            moto,
            authorize=services.authorize,
            callers=callers,
            clock=self.clock,
            journal=self.requests,
            region=region,
        )
        self._console = Console(lambda: status(services, self.requests, self.clock.now()), self.clock.advance)
        self._server = Server(self._respond, self.clock.now, port)
        stopping.callback(self._server.stop)
        if keeper:
            stopping.callback(keeper.stop)  # when the services have come to rest
        stopping.callback(services.stop)  # before the server, which answers what is still running
        if keeper:
            self._keep(keeper, kept, callers, services)

    @classmethod
    def start(
        cls,
        folder: Path,
        *,
        region: str = "us-east-1",
        port: int = 0,
        progress: Progress = lambda text: None,
        enforce_iam: bool = False,
        keep: bool = False,
        replicas: bool = False,
        account: str | None = None,
    ) -> Self:
        """
        Start one.

        Args:
            port: 0 for a free one.
            progress: Is told what takes its time.
            enforce_iam: Whether users and sessions are held to their policies, as functions always are. The account's owner,
                whose credentials `client` and `environment` give, may do everything.
            keep: Whether it goes on with what a former one has left in the folder, and leaves its own there. Values of secrets
                are among it, readable for this user only.
            replicas: Whether the reader endpoint of a cluster that is made is a second server, which follows the first.
            account: Its number; None takes the one that was kept, or a free one.

        Raises:
            Problem: The port or the account is taken, the folder cannot be written or is another's, or what is kept there cannot be used.
        """
        with ExitStack() as stopping:
            cloud = cls(folder, region, port, progress, enforce_iam, keep, replicas, account, stopping)
            cloud._stopping = stopping.pop_all()
            return cloud

    def _keep(self, keeper: Keeper, kept: dict[str, Any] | None, callers: Callers, services: Services) -> None:
        """Take up what was kept, and keep what will be."""
        if kept:
            parts = keeper.restore(kept)
            self.clock.resume(parts["ahead"])
            callers.resume(parts["sessions"])
            services.resume(parts["services"], {name[2] for name in kept["backends"] if name[0] == "events"})

        def what() -> dict[str, Any]:
            return {"ahead": self.clock.ahead, "sessions": callers.kept(), "services": services.kept()}

        keeper.start(self.account, what, lambda: self.requests.total)

    def stop(self) -> None:
        self._stopping.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def endpoint(self) -> str:
        return self._server.url

    @property
    def page(self) -> str:
        """Where a browser sees what there is."""
        return f"{self.endpoint}{PREFIX}"

    @cached_property
    def authority(self) -> Authority:
        """Signs the certificates of its databases."""
        return Authority.open(self.folder / "tls")

    @property
    def ca_file(self) -> Path:
        return self.authority.ca_file

    def database(self, name: str) -> Database | None:
        """
        The real server behind a DB cluster or instance of this region; None for an engine that has none here.

        Raises:
            Refused: There is neither a cluster nor an instance of that name.
        """
        return self._databases.server(self.region, name)

    def _client_of(self, service: str, region: str) -> Any:
        """A client for our own use; clients take long to make, and any thread may use one."""
        with self._making_clients:
            if (service, region) not in self._clients:
                from botocore.config import Config

                patient = Config(read_timeout=PATIENCE_SECONDS)
                self._clients[service, region] = self.client(service, region_name=region, config=patient)
            return self._clients[service, region]

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs in its environment to make calls here."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": ROOT_KEY,
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def client(self, service: str, **options: Any) -> Any:
        """
        A boto3 client, as the account's owner.

        Args:
            options: boto3's own, such as `region_name` or other credentials.
        """
        settings = {
            "region_name": self.region,
            "endpoint_url": self.endpoint,
            "aws_access_key_id": ROOT_KEY,
            "aws_secret_access_key": "local",
        }
        return self._session.client(service, **{**settings, **options})

    def _respond(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if path.startswith(RESPONSES):
            return self._providers.answered(method, path, body)
        if path.startswith(PREFIX):
            return self._console(method, path, body)
        if (method, path) == ("GET", "/") and "text/html" in headers.get("accept", ""):
            return Answer(
                307, {"Location": PREFIX}, b""
            )  # A browser. S3, whose path this is, sends those elsewhere, too.
        return self._dispatcher(method, path, headers, body)

    def _for_functions(self) -> dict[str, str]:
        """What a function's process has in its environment: where this cloud is, and whom its databases are signed by."""
        return {"AWS_ENDPOINT_URL": self.endpoint, "CA_BUNDLE": str(self.ca_file)}

    @cached_property
    def _session(self) -> Any:
        import boto3

        return boto3.Session()
