"""
The stack: what a correct rotation looks like on AWS.

One source, two uses: `component.RotationStack` is what `pulumi up` deploys; the same component, run without Pulumi's CLI, is the graph
that is checked and the CloudFormation template that `keyturn up` deploys.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from keyturn.graph import Graph, Output, Parameter, Ref, Resource, Text, Value
from keyturn.stack.arguments import Arguments, Cluster, Keys, Network
from keyturn.stack.package import Package, package

__all__ = ["Arguments", "Cluster", "Keys", "Network", "Package", "graph", "package", "template"]

CODE_BUCKET, CODE_KEY = "CodeBucket", "CodeKey"
"""The template's parameters: where the function's package has been put."""


def graph(arguments: Arguments, *, account: str = "123456789012") -> Graph:
    """The planned world of the stack. Everything in it that depends on account and region is a reference."""
    import pulumi

    from keyturn.read.pulumi import read_program
    from keyturn.read.pulumi.sparing import sparing
    from keyturn.read.world import World

    sparing()
    from keyturn.stack.component import RotationStack

    def program() -> None:
        stack = RotationStack(arguments.name("rotation"), arguments, code=pulumi.FileArchive("rotation.zip"))
        for name, value in stack.outputs().items():
            pulumi.export("".join(word.capitalize() for word in name.split("_")), value)

    here = Path(__file__).parent
    world = World(arguments.region, account, arguments.name("keyturn"))
    read = read_program(
        program,
        world,
        file="keyturn.stack",
        root=here,
        shown=here,
        portable=True,
        strip=f"-{arguments.environment_suffix}",
    )
    return _with_code_from_bucket(read)


def template(arguments: Arguments, *, form: str = "yaml") -> str:
    """
    The stack as a CloudFormation template, that can be deployed in any account. It makes named roles: `CAPABILITY_NAMED_IAM`.

    Args:
        form: `yaml` or `json`.
    """
    from keyturn.template import to_json, to_yaml

    write = to_json if form == "json" else to_yaml
    return write(
        graph(arguments), f"Rotates a database credential with no failed login ({arguments.environment_suffix})"
    )


def _with_code_from_bucket(read: Graph) -> Graph:
    """CloudFormation does not upload the package: where it is becomes a parameter."""
    code: Mapping[str, Value] = {
        "S3Bucket": Text("code-bucket", (Ref(CODE_BUCKET),)),
        "S3Key": Text("rotation.zip", (Ref(CODE_KEY),)),
    }
    parameters = {
        CODE_BUCKET: Parameter(
            code["S3Bucket"], declaration={"Description": "Bucket of the rotation function's package"}
        ),
        CODE_KEY: Parameter(code["S3Key"], declaration={"Description": "Its key in that bucket"}),
    }

    def placed(resource: Resource) -> Resource:
        if resource.type != "AWS::Lambda::Function":
            return resource
        return dataclasses.replace(resource, properties={**resource.properties, "Code": code})

    outputs = {name: Output(output.value, DESCRIPTIONS.get(name, "")) for name, output in read.outputs.items()}
    return dataclasses.replace(
        read,
        resources={name: placed(resource) for name, resource in read.resources.items()},
        parameters=parameters,
        outputs=outputs,
    )


DESCRIPTIONS = {
    "SecretArn": "The secret of the application's login; has a value once the first rotation is done",
    "VpcId": "The private network",
    "ClusterEndpoint": "The writer's host name",
    "FunctionName": "The rotation function",
    "DatabaseKeyArn": "The key of the database's storage",
    "SecretsKeyArn": "The key of the secrets",
    "LogsKeyArn": "The key of the function's log",
}
