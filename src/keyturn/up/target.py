"""Where a run takes place: the strict AWS on this machine, or AWS. Both are driven by the same calls."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from keyturn.problem import Misuse
from keyturn.up.scratch import scratch

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Target:
    """
    An AWS to work on.

    Attributes:
        name: `local` or `aws`.
        client: Makes a boto3 client for a service.
        pause: Seconds between two looks at something that takes time.
        patience: Seconds to wait for a rotation.
        endpoint: Its URL; None for AWS's own.
        ca_file: The authority that signs its databases' certificates; None where they cannot be reached from here.
        environment: What a process needs in its environment to make calls.
        folder: Where it keeps its files; None for AWS.
        pass_time: Lets time go by, all that is due within it included; None where time cannot be hurried.
        texts: What else it has written down, by name: for the leak scan.
    """

    name: str
    region: str
    account: str
    client: Callable[[str], Any]
    pause: float
    patience: float
    endpoint: str | None = None
    ca_file: Path | None = None
    environment: dict[str, str] | None = None
    folder: Path | None = None
    pass_time: Callable[[timedelta], None] | None = None
    texts: Callable[[], dict[str, str]] = dict


@contextmanager
def local(region: str, say: Say, *, replicas: bool = False) -> Iterator[Target]:
    """
    A fresh strict AWS on this machine, gone without a trace at the end.

    Args:
        replicas: Whether a cluster's readers are a server of their own.
    """
    from keyturn.local.cloud import Cloud

    with scratch() as folder, Cloud.start(folder=folder, region=region, progress=say, replicas=replicas) as cloud:
        yield Target(
            name="local",
            region=region,
            account=cloud.account,
            client=cloud.client,
            pause=0.2,
            patience=30,
            endpoint=cloud.endpoint,
            ca_file=cloud.ca_file,
            environment=os.environ | cloud.environment,
            folder=folder,
            pass_time=cloud.clock.advance,
            texts=lambda: {"request log": "\n".join(str(entry) for entry in cloud.requests)},
        )


@contextmanager
def aws(region: str, say: Say) -> Iterator[Target]:
    """The account that boto3 finds credentials for. Nothing in it is touched but what the stack declares."""
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    session = boto3.Session(region_name=region)
    try:
        identity = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise Misuse(
            f"no AWS account to deploy to: {error}",
            hint="configure credentials as for the AWS CLI, or leave out --target aws",
        ) from None
    say(f"account {identity['Account']} as {identity['Arn']}")
    yield Target(
        name="aws",
        region=region,
        account=identity["Account"],
        client=session.client,  # type: ignore[arg-type]  # its overloads name every service
        pause=5,
        patience=900,
        environment=dict(os.environ),
    )
