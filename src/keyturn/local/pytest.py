"""
Fixtures for tests of one's own against the strict AWS on this machine. In `conftest.py`:

    pytest_plugins = ["keyturn.local.pytest"]

| fixture | what it is |
|---|---|
| `local_aws` | a fresh cloud for the test; boto3, and processes that the test starts, use it without being told |
| `local_aws_shared` | one cloud for all tests of a run (of each worker, with pytest-xdist); tests clean up after themselves |
| `local_aws_readers` | to be overridden: `replica` gives clusters a reader that follows its writer, in both |
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal
from unittest import mock

import pytest

from keyturn.local.cloud import Cloud

ELSEWHERE = (
    "AWS_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_ENDPOINT_URL_",
    "AWS_CONTAINER_",
    "AWS_ROLE_",
    "AWS_WEB_IDENTITY_",
)
"""Variables, or what they begin with, that would lead a client to another account or endpoint."""


@pytest.fixture(scope="session")
def local_aws_readers() -> Literal["same", "replica"]:
    """What the reader endpoints of clusters are: the writer's server, or one that follows it."""
    return "same"


@pytest.fixture
def local_aws(tmp_path_factory: pytest.TempPathFactory, local_aws_readers: str) -> Iterator[Cloud]:
    """A fresh cloud, to which the environment points."""
    yield from _pointed_at(tmp_path_factory.mktemp("aws"), local_aws_readers)


@pytest.fixture(scope="session")
def local_aws_shared(tmp_path_factory: pytest.TempPathFactory, local_aws_readers: str) -> Iterator[Cloud]:
    """One cloud for all tests, to which the environment points."""
    yield from _pointed_at(tmp_path_factory.mktemp("aws"), local_aws_readers)


def _pointed_at(folder: Path, readers: str) -> Iterator[Cloud]:
    import boto3

    kept = {name: value for name, value in os.environ.items() if not name.startswith(ELSEWHERE)}
    no_files = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    with (
        Cloud.start(folder, replicas=readers == "replica") as cloud,
        mock.patch.dict(os.environ, kept | no_files | cloud.environment, clear=True),
    ):
        before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, None  # one made earlier would point elsewhere
        try:
            yield cloud
        finally:
            boto3.DEFAULT_SESSION = before
