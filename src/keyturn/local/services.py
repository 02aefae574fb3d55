"""The services that are ours, put together: what each needs of the others, and what they answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from keyturn.local.authorization import Authorization, Targets
from keyturn.local.balancers import Balancers
from keyturn.local.call import Answer, Call, Handler
from keyturn.local.callers import Callers
from keyturn.local.clock import Clock
from keyturn.local.cloudformation import CloudFormation
from keyturn.local.cloudformation.providers import Providers
from keyturn.local.cloudtrail import CloudTrail
from keyturn.local.containers import Containers
from keyturn.local.dependencies import Dependencies
from keyturn.local.domains import Route53
from keyturn.local.ec2 import Ec2
from keyturn.local.encrypted import Encrypted
from keyturn.local.events import Events
from keyturn.local.functions.reach import Reach
from keyturn.local.functions.service import Lambda
from keyturn.local.iam import Iam
from keyturn.local.kms import Kms
from keyturn.local.logs import Logs
from keyturn.local.network import Place
from keyturn.local.queues import Queues
from keyturn.local.rds import Rds
from keyturn.local.s3 import S3
from keyturn.local.secretsmanager import SecretsManager
from keyturn.local.sts import Sts
from keyturn.local.targets import targets
from keyturn.local.tls import Authority


class Services:
    """All of one account's. What they have running ends with `stop`."""

    def __init__(
        self,
        account: str,
        clock: Clock,
        callers: Callers,
        rest: Callable[[Call], Answer],
        folder: Path,
        variables: Callable[[], Mapping[str, str]],
        client: Callable[[str, str], Any],
        authority: Callable[[], Authority],
        progress: Callable[[str], None],
        *,
        keep: bool = False,
        replicas: bool = False,
    ) -> None:
        """
        Args:
            rest: Answers what they pass on: moto.
            variables: What every function's process has in its environment.
            client: Makes boto3 clients for a service and a region.
            authority: Signs the certificates of databases.
            progress: Is told what takes its time.
            keep: Whether databases' data are to outlive us.
            replicas: Whether a cluster's readers are a server of their own.
        """
        self._stopping = ExitStack()
        reach = Reach(account, self._place)
        self.functions = Lambda(account, clock, callers, rest, folder / "lambda", variables, reach)
        self.secrets = SecretsManager(account, clock, self.functions, self._may)
        self._stopping.callback(self.secrets.stop)
        self.databases = Rds(
            account, clock, self.secrets, rest, folder / "databases", authority, progress, keep=keep, replicas=replicas
        )
        self._stopping.callback(self.databases.stop)
        self._stopping.callback(self.functions.stop)  # before secrets: a rotation waits for its function
        self.schedules = Events(account, clock, self.functions, rest)
        self._stopping.callback(self.schedules.stop)
        self.secrets.chronicle.publish = self.schedules.publish
        self.providers = Providers(clock, self.functions.invoke, reach.service, lambda: variables()["AWS_ENDPOINT_URL"])
        self.stacks = CloudFormation(account, clock, client, self.providers)
        self._stopping.callback(self.stacks.stop)
        self.handlers: dict[str, Handler] = {
            **self.functions.handlers(),
            **self.secrets.handlers(),
            **self.stacks.handlers(),
            **self.databases.handlers(),
            **self.schedules.handlers(),
            **Balancers(rest).handlers(),
            **CloudTrail(rest).handlers(),
            **Containers(rest).handlers(),
            **Ec2(rest, Dependencies(self.databases.uses)).handlers(),
            **Encrypted(rest).handlers(),
            **Iam(rest).handlers(),
            **Kms(rest).handlers(),
            **Logs(rest).handlers(),
            **Queues(rest).handlers(),
            **Route53(rest).handlers(),
            **S3(rest, self.functions.admits).handlers(),
            **Sts(clock, callers).handlers(),
        }
        ours: dict[str, Targets] = {"lambda": self.functions.target, "secretsmanager": self.secrets.target}
        self.authorize = Authorization(targets() | ours, reach.service)

    def kept(self) -> dict[str, Any]:
        """What is to be there again, beside moto's state."""
        return {"secrets": self.secrets.kept(), "stacks": self.stacks.kept(), "databases": self.databases.kept()}

    def resume(self, kept: dict[str, Any], regions: Iterable[str]) -> None:
        """
        Take up what was kept; moto has its state already.

        Args:
            regions: Where there are rules of EventBridge.

        Raises:
            Problem: A database's server does not start.
        """
        self.secrets.resume(kept["secrets"])
        self.databases.resume(kept["databases"])
        self.stacks.resume(kept["stacks"])
        self.schedules.resume(regions)

    def stop(self) -> None:
        self._stopping.close()

    def _may(self, call: Call, parameters: Mapping[str, Any]) -> None:
        if not call.caller.free:
            self.authorize(call, parameters)

    def _place(self, region: str, host: str, port: int) -> Place | None:
        return self.databases.place(region, host, port)
