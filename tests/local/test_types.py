"""Every resource type that CloudFormation has here is made, told, and removed again, so that it can be made once more."""

from __future__ import annotations

from pathlib import Path

import pytest

from clouds import packed
from keyturn.local.cloud import Cloud
from keyturn.local.cloudformation.types import kinds
from keyturn.read import Options, read
from stacks import create, delete

ELSEWHERE = {"AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource"}
"""They have tests of their own."""

TEMPLATES = sorted((Path(__file__).parent / "types").glob("*.yaml"))


@pytest.fixture
def packages(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket="packages")
    cloud.client("s3").put_object(Bucket="packages", Key="layer.zip", Body=packed("", "python/shared.py"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
@pytest.mark.usefixtures("packages")
def test_types_are_made_and_removed(cloud: Cloud, path: Path) -> None:
    client = cloud.client("cloudformation")
    for _ in range(2):
        stack = create(client, path.read_text())
        assert stack.status == "CREATE_COMPLETE", stack.failures
        assert [each for each in stack.events if "takes no notice" in each[2]] == []
        gone = delete(client)
        assert gone.status == "DELETE_COMPLETE", gone.failures


def test_each_of_them_has_its_template() -> None:
    tried = {resource.type for path in TEMPLATES for graph in read(str(path), Options()) for resource in graph}
    assert sorted(kinds().keys() - tried - ELSEWHERE) == []
