"""The stack as its operator finds it: deployed on the local AWS, with a real MySQL server, after its first rotation."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import searched_clouds
from deployed import SUFFIX, Deployed
from keyturn import stack
from keyturn.local.cloud import Cloud
from keyturn.read.pulumi.sparing import sparing
from keyturn.up.proof import Proof
from keyturn.up.rotate import Rotator
from keyturn.up.run import deploy_stack
from keyturn.up.screen import Screen
from keyturn.up.target import Target
from searched_clouds import Held

sparing()

PATIENCE = 30


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """The stack, made once for the tests of a file."""
    folder: Path = tmp_path_factory.mktemp("aws")
    with Cloud.start(folder, enforce_iam=True) as cloud:
        target = Target(
            name="local",
            region=cloud.region,
            account=cloud.account,
            client=cloud.client,
            pause=0.05,
            patience=PATIENCE,
            endpoint=cloud.endpoint,
        )
        arguments = stack.Arguments(SUFFIX)
        outputs = deploy_stack(
            Screen(), target, stack.graph(arguments), Proof("local", f"keyturn-{SUFFIX}", cloud.region)
        )
        rotator = Rotator(
            manager=cloud.client("secretsmanager"),
            logs=cloud.client("logs"),
            secret=outputs["SecretArn"],
            function=outputs["FunctionName"],
            pause=0.05,
            patience=PATIENCE,
        )
        rotator.wait(lambda step: None)
        yield Deployed(cloud, rotator)
        assert list(Held(cloud).files()) == []


@pytest.fixture
def searched(standing: Deployed) -> None:
    """What the stack and its commands write in this test is searched for secrets in the end."""
    standing.said.clear()
    searched_clouds.begin(standing.cloud, known=standing.known, said=standing.said)


@pytest.fixture
def deployed(standing: Deployed) -> Deployed:
    """The stack with one password that works: what tests have left is over, and no old password is kept."""
    standing.as_administrator("ALTER USER 'application'@'%' ACCOUNT UNLOCK")
    assert standing.ask("discard")["outcome"] in ("done", "nothing")
    return standing
