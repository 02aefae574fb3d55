"""`keyturn local`: serve a strict AWS on this machine."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from keyturn.cli.interruption import heard
from keyturn.cli.readers import REPLICA, add_readers
from keyturn.cli.world import region_name
from keyturn.problem import Misuse

if TYPE_CHECKING:
    from keyturn.local.cloud import Cloud

PORT = 4566


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "local",
        help="serve a strict AWS on this machine",
        description="Serve an AWS endpoint on this machine that unmodified clients use, and that refuses what AWS refuses. "
        "It listens on 127.0.0.1 only, and leaves nothing when it is interrupted.",
    )
    parser.add_argument("--port", type=_port, default=PORT, help=f"(default: {PORT}; 0 for a free one)")
    parser.add_argument(
        "--region",
        type=region_name,
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
    )
    parser.add_argument(
        "--state", type=Path, metavar="DIR", help="keep what is deployed in a folder, and go on with it"
    )
    parser.add_argument("--fresh", action="store_true", help="forget what the folder has kept")
    parser.add_argument(
        "--enforce-iam", action="store_true", help="hold users and sessions to their policies, as functions always are"
    )
    add_readers(parser)


def run(arguments: argparse.Namespace) -> int:
    try:
        from keyturn.local.cloud import Cloud
        from keyturn.local.keeping import forget
    except ImportError as error:
        raise Misuse(
            f"keyturn local needs {error.name}, which is not installed", hint="pip install 'keyturn[local]'"
        ) from None
    from keyturn.up.scratch import scratch

    def say(detail: str) -> None:
        print(f"keyturn: {detail}", file=sys.stderr)

    if arguments.fresh and not arguments.state:
        raise Misuse("--fresh is for --state: without it every start is fresh")
    with ExitStack() as folders:
        folder = arguments.state or folders.enter_context(scratch())
        if arguments.fresh:
            forget(folder)
        cloud = folders.enter_context(
            Cloud.start(
                folder,
                region=arguments.region,
                port=arguments.port,
                progress=say,
                enforce_iam=arguments.enforce_iam,
                keep=arguments.state is not None,
                replicas=arguments.readers == REPLICA,
            )
        )
        try:
            sys.stdout.write(directions(cloud))
            sys.stdout.flush()
            threading.Event().wait()
        except KeyboardInterrupt:  # that is how it ends
            heard()
            return 0
    raise AssertionError("unreachable")


def directions(cloud: Cloud) -> str:
    """How clients are pointed at it; the last line says that it is ready."""
    exports = "".join(f"export {name}={value}\n" for name, value in cloud.environment.items())
    return (
        "# boto3, AWS CLI, CDK, SAM, Terraform and the SDKs of other languages read these:\n"
        f"{exports}"
        f"# AWS CLI 1 before 1.29: aws --endpoint-url {cloud.endpoint} …\n"
        f"# databases present certificates signed by {cloud.ca_file}\n"
        f"# what there is, as it happens: {cloud.page}\n"
        f"keyturn local: ready at {cloud.endpoint}, region {cloud.region}, account {cloud.account}\n"
    )


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"`{text}` is not a port")
    return int(text)
