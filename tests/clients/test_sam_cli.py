"""The SAM CLI: an application is packaged, deployed through a change set, called and removed."""

from __future__ import annotations

import json
from pathlib import Path

from installed import Run
from keyturn.local.cloud import Cloud

TEMPLATE = Path(__file__).parent / "sam" / "template.yaml"


def test_an_application_is_deployed_and_called(cloud: Cloud, run: Run) -> None:
    cloud.client("s3").create_bucket(Bucket="packages")
    run(
        "sam", "deploy", "--template-file", TEMPLATE, "--stack-name", "greeter", "--s3-bucket", "packages",
        "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar",
    )  # fmt: skip
    called = run("sam", "remote", "invoke", "Greeter", "--stack-name", "greeter", "--event", '{"name": "you"}')
    assert json.loads(called.stdout) == "hello, you"
    told = run("sam", "list", "stack-outputs", "--stack-name", "greeter", "--output", "json")
    (output,) = json.loads(told.stdout)
    assert output["OutputValue"] == f"arn:aws:lambda:{cloud.region}:{cloud.account}:function:greeter"
