"""The component as Pulumi runs it: the example program, and a preview in which nothing is known yet."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pulumi
import pytest

from keyturn import stack
from keyturn.graph import Graph
from keyturn.problem import Misuse
from keyturn.read import Options, read
from keyturn.read.pulumi.monitor import Setting, run
from keyturn.read.pulumi.registration import Invocation, Registration
from keyturn.stack.component import RotationStack

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "pulumi"


class NothingKnown:
    """A provider that plans everything and knows nothing before it is deployed."""

    def __init__(self, region: str = "us-east-1") -> None:
        self.region = region
        self.declared: list[Registration] = []

    def declare(self, registration: Registration) -> tuple[str, dict[str, Any]]:
        self.declared.append(registration)
        return "", {}

    def invoke(self, invocation: Invocation) -> dict[str, Any]:
        zones = [f"{self.region}{letter}" for letter in "abc"]
        return {"accountId": "123456789012", "region": self.region, "partition": "aws", "names": zones}


def preview(provider: NothingKnown, **arguments: Any) -> None:
    def program() -> None:
        RotationStack("rotation", stack.Arguments("dev-001", **arguments), code=pulumi.FileArchive("x.zip"))

    run(program, Setting("project", "dev"), provider)


def test_a_preview_declares_everything_though_nothing_is_known(dev: Graph) -> None:
    provider = NothingKnown()
    preview(provider)
    kinds = Counter(registration.type.rpartition(":")[2] for registration in provider.declared)
    folded = kinds.pop("RolePolicy") + kinds.pop("EventTarget")
    assert folded == 2
    assert kinds.total() == len(dev.resources)


def test_everything_belongs_to_the_component() -> None:
    provider = NothingKnown()
    preview(provider)
    assert {registration.parent.rpartition("::")[2] for registration in provider.declared} == {"rotation"}


def test_a_provider_of_another_region_is_refused() -> None:
    with pytest.raises(Misuse, match="the stack is for us-east-1, but the provider deploys to eu-west-1"):
        preview(NothingKnown("eu-west-1"))


def test_the_example_declares_the_stack(dev: Graph) -> None:
    (graph,) = read(str(EXAMPLE), Options())
    assert Counter(resource.type for resource in graph) == Counter(resource.type for resource in dev)
    assert set(graph.outputs) == {
        "secret_arn",
        "vpc_id",
        "cluster_endpoint",
        "function_name",
        "database_key_arn",
        "secrets_key_arn",
        "logs_key_arn",
    }
    assert graph.remarks == ()
    assert {resource.place.file for resource in graph} == {str(EXAMPLE / "__main__.py")}
