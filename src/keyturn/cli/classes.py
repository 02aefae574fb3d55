"""`keyturn classes`: the instance classes that a database engine version offers."""

from __future__ import annotations

import argparse
import json
import sys

from keyturn.facts import rds
from keyturn.facts.rds_tables import DATA_DAY, sold
from keyturn.problem import Misuse

ENGINES = ("aurora-mysql", "aurora-postgresql", "mysql", "postgres", "mariadb")


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("classes", help="list the instance classes that a database engine version offers")
    parser.add_argument("--engine", required=True, metavar="E", help=", ".join(ENGINES))
    parser.add_argument(
        "--version", required=True, metavar="V", help="the engine version, e.g. 8.0.mysql_aurora.3.04.0"
    )
    parser.add_argument("--region", default="us-east-1")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace) -> int:
    engine, version, region = arguments.engine, arguments.version, arguments.region
    if engine not in ENGINES:
        raise Misuse(f"there is no list of the classes of `{engine}`", hint=f"there is one of {', '.join(ENGINES)}")
    known = rds.version(engine, version)
    if isinstance(known, rds.NotOffered):
        raise Misuse(
            f"{engine} {version} is not offered",
            hint=f"offered are {', '.join(known.nearest)}" if known.nearest else "",
        )
    if not any(region in where for where in sold(engine).values()):
        raise Misuse(f"there is no price list of region `{region}`")
    answers = rds.classes(engine, version, region)
    offered = [name for name, answer in answers.items() if isinstance(answer, rds.Offered)]
    unknown = {name: answer.because for name, answer in answers.items() if isinstance(answer, rds.Unknown)}
    if arguments.format == "json":
        told = {
            "engine": engine,
            "version": version,
            "region": region,
            "as_of": str(DATA_DAY),
            "offered": offered,
            "undecided": unknown,
        }
        json.dump(told, sys.stdout, indent=2)
        sys.stdout.write("\n")
    else:
        sys.stdout.writelines(f"{name}\n" for name in offered)
        sys.stdout.writelines(f"{name}  undecided: {because}\n" for name, because in unknown.items())
    return 0
