"""The option that says what the reader endpoints of clusters are in a local AWS."""

from __future__ import annotations

import argparse

REPLICA = "replica"


def add_readers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--readers",
        choices=("same", REPLICA),
        default="same",
        help="what the reader endpoints of clusters are: the writer's server, or one that follows it (default: same)",
    )
