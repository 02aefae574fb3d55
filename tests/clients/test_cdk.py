"""The CDK CLI: an account is bootstrapped, an application deployed, found unchanged, and destroyed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from installed import Run
from keyturn.local.cloud import Cloud

ASSEMBLY = Path(__file__).parent / "cdk" / "cdk.out"


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """A copy: the CLI keeps what it packs beside what it packs from."""
    return shutil.copytree(ASSEMBLY, tmp_path / "cdk.out")


def test_an_application_comes_and_goes(cloud: Cloud, run: Run, assembly: Path) -> None:
    app = ("--app", assembly)
    run("cdk", "bootstrap", f"aws://{cloud.account}/{cloud.region}", *app)
    deployed = run("cdk", "deploy", *app, "--require-approval", "never")
    assert "Greeter.Name = greeter" in deployed.stderr

    word = cloud.client("secretsmanager").get_secret_value(SecretId="word")["SecretString"]
    answer = cloud.client("lambda").invoke(FunctionName="greeter", Payload=b'{"name": "you"}')
    assert json.load(answer["Payload"]) == f"{word}, you"

    assert "There were no differences" in run("cdk", "diff", *app, "--fail").stderr
    run("cdk", "destroy", *app, "--force")
    assert cloud.client("lambda").list_functions()["Functions"] == []
    left = cloud.client("cloudformation").describe_stacks()["Stacks"]
    assert [stack["StackName"] for stack in left] == ["CDKToolkit"]


def test_what_aws_refuses_fails_with_its_words(cloud: Cloud, run: Run, assembly: Path) -> None:
    template = assembly / "Greeter.template.json"
    described = json.loads(template.read_text())
    (key,) = (each for each in described["Resources"].values() if each["Type"] == "AWS::KMS::Key")
    del key["Properties"]["KeyPolicy"]["Statement"][1]
    template.write_text(json.dumps(described))

    run("cdk", "bootstrap", f"aws://{cloud.account}/{cloud.region}", "--app", assembly)
    refused = run("cdk", "deploy", "--app", assembly, "--require-approval", "never", fails=True)
    assert "The specified KMS key does not exist or is not allowed to be used with Arn" in refused.stderr
    assert cloud.client("lambda").list_functions()["Functions"] == []
