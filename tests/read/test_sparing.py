"""Importing sparingly changes what is imported, never what is found."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SPARING = "from keyturn.read.pulumi.sparing import sparing\nsparing()\nsparing()\n"
BEGIN = "import sys, json\nimport pulumi_aws as aws\n"


def run(program: str, head: str = SPARING, given: str = "") -> str:
    ran = subprocess.run([sys.executable, "-c", head + BEGIN + program], input=given, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_only_what_is_used_is_imported() -> None:
    said = run(
        "aws.sqs.Queue; print('pulumi_aws.sqs.queue' in sys.modules, 'pulumi_aws.sqs.queue_policy' in sys.modules)"
    )
    assert said == "True False"


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("print(aws.ec2.get_vpc.__name__, aws.ec2.get_ami_output.__name__)", "get_vpc get_ami_output"),
        (
            "print(aws.kms.KeyArgs.__name__, aws.ec2.SecurityGroupEgressArgs.__name__)",
            "KeyArgs SecurityGroupEgressArgs",
        ),
        ("print(aws.rds.EngineType.AURORA_MYSQL.value)", "aurora-mysql"),
        ("from pulumi_aws.sqs import *; print(Queue.__name__, QueuePolicy.__name__)", "Queue QueuePolicy"),
        ("from pulumi_aws import s3; print(s3.Bucket.__name__, s3.outputs.__name__)", "Bucket pulumi_aws.s3.outputs"),
        ("import pulumi_aws.lambda_ as functions; print(functions.Function.__name__)", "Function"),
        ("aws.s3.Bucket; print(aws.s3.BucketVersioning.pulumi_type)", "aws:s3/bucketVersioning:BucketVersioning"),
        ("aws.ec2.get_vpc_output; print(callable(aws.ec2.get_vpc))", "True"),
        ("print(hasattr(aws.sqs, 'Nothing'), hasattr(aws.sqs, '__wrapped__'))", "False False"),
    ],
)
def test_everything_is_found(program: str, said: str) -> None:
    assert run(program) == said


@pytest.mark.parametrize("service", ["kms", "secretsmanager", "s3"])
def test_every_public_name_is_the_same(service: str) -> None:
    listing = f"""
service = aws.{service}
service.outputs
service.__dict__.get('__all__')
getattr(service, 'every name that there is', None)
print(json.dumps({{name: value.__module__ for name, value in vars(service).items() if callable(value) and name[0] != '_'}}))
"""
    whole = run(listing, head="")
    lookup = f"print(json.dumps({{name: getattr(aws.{service}, name).__module__ for name in json.load(sys.stdin)}}))"
    assert len(json.loads(whole)) > 20
    assert run(lookup, given=whole) == whole
