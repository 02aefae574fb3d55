"""`keyturn up`: the main job, in one command."""

from __future__ import annotations

import argparse
import json
import os
import sys

from keyturn.cli.readers import REPLICA, add_readers
from keyturn.cli.world import region_name
from keyturn.problem import Misuse, Problem


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "up",
        help="deploy the rotation stack, rotate under live logins, and prove it",
        description="Check the rotation stack, deploy it, rotate under live logins, verify the result and print the proof.",
    )
    parser.add_argument(
        "--target", choices=("local", "aws"), default="local", help="the strict AWS on this machine (default), or AWS"
    )
    parser.add_argument(
        "--suffix", default="dev-001", help="the environment's suffix: every name ends in it (default: dev-001)"
    )
    parser.add_argument(
        "--region",
        type=region_name,
        default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1",
    )
    parser.add_argument(
        "--engine",
        choices=("aurora-mysql", "aurora-postgresql", "mysql", "postgres"),
        help="of the new cluster or instance (default: aurora-mysql)",
    )
    parser.add_argument("--engine-version", metavar="V", help="of that engine (default: one of those it is known for)")
    parser.add_argument("--instance-class", help="of the database's instances (default: db.t3.medium)")
    add_readers(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--picture", metavar="FILE", help="write a picture of the logins and the steps over time (SVG)")


def run(arguments: argparse.Namespace) -> int:
    try:
        from botocore.exceptions import BotoCoreError, ClientError
        from rich.console import Console

        from keyturn import stack
        from keyturn.up import picture, proof, run
        from keyturn.up.screen import Screen
    except ImportError as error:
        raise Misuse(
            f"keyturn up needs {error.name}, which is not installed", hint="pip install 'keyturn[all]'"
        ) from None

    if arguments.readers == REPLICA and arguments.target == "aws":
        raise Misuse("--readers is for the AWS on this machine: an account's readers are replicas")
    if arguments.picture:
        picture.require_writable(arguments.picture)
    screen = Screen()
    names = ("engine", "engine_version", "instance_class")
    settings = stack.Arguments(
        environment_suffix=arguments.suffix,
        region=arguments.region,
        **{name: value for name in names if (value := getattr(arguments, name)) is not None},
    )
    shown = proof.Proof(target=arguments.target, stack=f"keyturn-{arguments.suffix}", region=arguments.region)
    try:
        run.everything(screen, settings, shown, replicas=arguments.readers == REPLICA)
    except ClientError as error:
        raise Problem(
            f"AWS refused {error.operation_name}: {error.response['Error']['Code']}: {error.response['Error']['Message']}"
        ) from None
    except BotoCoreError as error:
        raise Problem(f"AWS gave no answer: {error}") from None
    finally:
        if shown.stays:
            print(f"keyturn: left in {shown.region}: {', '.join(shown.stays)}", file=sys.stderr)
    if arguments.format == "json":
        json.dump(proof.as_data(shown), sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        Console(highlight=False).print(proof.as_text(shown), soft_wrap=True)
    if arguments.picture:
        picture.write(shown, arguments.picture)
    if not shown.held:
        raise Problem("the proof does not hold")
    return 0
