"""`keyturn template`: the rotation stack as a CloudFormation template, and the package of its function."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import timedelta
from pathlib import Path

from keyturn.problem import Misuse, Problem


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "template",
        help="write the rotation stack as a CloudFormation template",
        description="Write the rotation stack as a CloudFormation template. Its parameters CodeBucket and CodeKey say where "
        "the function's package is, which --package writes; it makes a named role, so it needs CAPABILITY_NAMED_IAM.",
    )
    parser.add_argument(
        "--suffix", default="dev-001", help="the environment's suffix: every name ends in it (default: dev-001)"
    )
    parser.add_argument(
        "--region", default=os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    )
    parser.add_argument(
        "--engine",
        choices=("aurora-mysql", "aurora-postgresql", "mysql", "postgres"),
        help="of the new cluster or instance (default: aurora-mysql)",
    )
    parser.add_argument("--engine-version", metavar="V", help="of that engine (default: one of those it is known for)")
    parser.add_argument("--instance-class", metavar="CLASS", help="of the database's instances (default: db.t3.medium)")
    parser.add_argument("--instances", type=int, metavar="N", help="how many instances the cluster has (default: 2)")
    parser.add_argument("--schedule", help="when to rotate (default: rate(30 days))")
    parser.add_argument(
        "--grace-hours", type=_hours, metavar="N", help="how long an old password keeps working (default: 24)"
    )
    parser.add_argument("--password-length", type=int, metavar="N", help="how long passwords are (default: 40)")
    parser.add_argument(
        "--password-classes",
        type=lambda text: tuple(name.strip() for name in text.split(",")),
        metavar="NAMES",
        help="of which characters they are, one of each at least (default: lower,upper,digits,marks)",
    )
    parser.add_argument("--password-excluded", metavar="CHARS", help="characters that they never have (default: none)")
    parser.add_argument(
        "--log-retention-days", type=int, metavar="N", help="how long the function's log is kept (default: 90)"
    )
    parser.add_argument("--alarm-topic-arn", metavar="ARN", help="the SNS topic that alarms are sent to")
    parser.add_argument("--deletion-protection", action=argparse.BooleanOptionalAction, help="(default: in production)")
    parser.add_argument("--final-snapshot", action=argparse.BooleanOptionalAction, help="(default: in production)")
    parser.add_argument("--format", choices=("yaml", "json"), default="yaml")
    parser.add_argument("--package", metavar="FILE", type=Path, help="also write the function's package, a zip")


def run(arguments: argparse.Namespace) -> int:
    from keyturn import stack

    names = (
        "engine",
        "engine_version",
        "instance_class",
        "instances",
        "schedule",
        "password_length",
        "password_classes",
        "password_excluded",
        "log_retention_days",
        "alarm_topic_arn",
        "deletion_protection",
        "final_snapshot",
    )
    given = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    if arguments.grace_hours is not None:
        given["grace"] = arguments.grace_hours
    settings = stack.Arguments(environment_suffix=arguments.suffix, region=arguments.region, **given)
    try:
        text = stack.template(settings, form=arguments.format)
    except ImportError as error:
        raise Misuse(
            f"keyturn template needs {error.name}, which is not installed", hint="pip install 'keyturn[stack]'"
        ) from None
    if arguments.package:
        try:
            arguments.package.write_bytes(stack.package().data)
        except OSError as error:
            raise Problem(f"{arguments.package} cannot be written: {(error.strerror or str(error)).lower()}") from None
    sys.stdout.write(text)
    return 0


def _hours(text: str) -> timedelta:
    if not text.isdecimal() or not 0 <= int(text) <= 365 * 24:
        raise argparse.ArgumentTypeError(f"`{text}` is not a number of hours, at most a year's")
    return timedelta(hours=int(text))
