"""What references give at deployment: parameters, what has been made, other stacks' exports, values kept elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from keyturn.graph import Call, Source, Unknown, Value
from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.stack import Stack
from keyturn.read.cloudformation.parameters import revealed
from keyturn.read.functions import FUNCTIONS
from keyturn.read.resolve import resolve
from keyturn.read.world import PSEUDO, world_of


def _ipv6_blocks(client: Callable[[str], Any], vpc: str) -> list[str]:
    found = client("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"][0].get("Ipv6CidrBlockAssociationSet", ())
    return [each["Ipv6CidrBlock"] for each in found]


LATER: Mapping[tuple[str, str], Callable[[Callable[[str], Any], str], list[str]]] = {
    ("AWS::EC2::VPC", "Ipv6CidrBlocks"): _ipv6_blocks,
}
"""What `Fn::GetAtt` gives only when it is asked, because another resource adds to it."""


class Lookup:
    """
    Looks up for one stack.

    Attributes:
        imported: The names of the exports that it has looked up.
    """

    def __init__(
        self,
        stack: Stack,
        client: Callable[[str], Any],
        exports: Callable[[], Mapping[str, str]],
        exporter: Callable[[str], Stack | None],
        importers: Callable[[str], list[str]],
    ) -> None:
        self._stack = stack
        self.imported: set[str] = set()
        self._client = client
        self._exports = exports
        self._exporter = exporter
        self._importers = importers

    def resolve(self, value: Value) -> Any:
        """
        A value as a service is to be told it: plain data.

        Raises:
            Failed: Something that it refers to does not exist.
        """
        return _plain(resolve(value, self))

    def check_export(self, name: str) -> None:
        """
        See whether a name is free to be exported under.

        Raises:
            Failed: Another stack has it.
        """
        holder = self._exporter(name)
        if holder is not None and holder is not self._stack:
            raise Failed(f"Export with name {name} is already exported by stack {holder.name}.")

    def check_unused(self, name: str, doing: str) -> None:
        """
        See whether an export may be changed.

        Args:
            doing: `update` or `delete`.

        Raises:
            Failed: A stack uses it.
        """
        if importers := self._importers(name):
            raise Failed(f"Cannot {doing} export {name} as it is in use by {', '.join(importers)}.")

    def __call__(self, source: Source) -> Value:
        if isinstance(source, Call):
            return self._call(source)
        graph = self._stack.graph
        if source.name in graph.parameters:
            parameter = graph.parameters[source.name]
            if parameter.type.startswith("AWS::SSM::Parameter::Value<"):
                name = parameter.given or str(parameter.declaration.get("Default", ""))
                return self._parameter(name, many="List<" in parameter.type)
            return revealed(source.name, parameter)
        if source.name == "AWS::StackId":
            return self._stack.id
        if source.name == "AWS::NotificationARNs":
            return ()
        if source.name in PSEUDO:
            return world_of(graph).pseudo(source.name)
        made = self._stack.resources.get(source.name)
        if made is None:
            raise Failed(f"Unresolved resource dependencies [{source.name}] in the Resources block of the template")
        if source.attribute is None:
            return made.identity
        if ask := LATER.get((made.type, source.attribute)):
            return tuple(ask(self._client, made.identity))
        if source.attribute not in made.attributes:
            raise Failed(f"Attribute '{source.attribute}' does not exist")
        value: Value = made.attributes[source.attribute]
        return tuple(value) if isinstance(value, list) else value

    def _call(self, call: Call) -> Value:
        if call.function == "Fn::ImportValue":
            exports = self._exports()
            if call.argument not in exports:
                raise Failed(f"No export named {call.argument} found.")
            self.imported.add(str(call.argument))
            self._stack.imports = self._stack.imports | {str(call.argument)}
            return exports[str(call.argument)]
        if call.function == "Fn::GetStackOutput":
            return self._stack_output(call.argument)
        if call.function == "resolve":
            return self._dynamic(str(call.argument))
        if call.function in FUNCTIONS:
            return FUNCTIONS[call.function](call.argument)
        raise Failed(f"the local AWS does not have {call.function}")

    def _stack_output(self, asked: Any) -> Value:
        """What a stack of the same account and region puts out."""
        if asked.get("Region", self._stack.graph.region) != self._stack.graph.region or "RoleArn" in asked:
            raise Failed("the local AWS does not have Fn::GetStackOutput of another region or account")
        try:
            (found,) = self._client("cloudformation").describe_stacks(StackName=asked["StackName"])["Stacks"]
        except ClientError as error:
            raise Failed(str(error.response["Error"]["Message"])) from None
        outputs = {each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())}
        if asked["OutputName"] not in outputs:
            raise Failed(f"Output {asked['OutputName']} not found in stack {asked['StackName']}")
        return str(outputs[asked["OutputName"]])

    def _dynamic(self, reference: str) -> Value:
        """`ssm:name:version`, `ssm-secure:name`, `secretsmanager:secret:SecretString:key:stage:version`."""
        service, _, rest = reference.partition(":")
        if service in ("ssm", "ssm-secure"):
            return self._parameter(rest)
        if service != "secretsmanager":
            raise Failed(f"the local AWS does not have the dynamic reference {service}")
        named = ":".join(rest.split(":")[:7]) if rest.startswith("arn:") else rest.partition(":")[0]
        _, key, stage, version, *_ = [*rest.removeprefix(named).removeprefix(":").split(":"), "", "", "", ""]
        wanted = {name: value for name, value in (("VersionStage", stage), ("VersionId", version)) if value}
        try:
            text = self._client("secretsmanager").get_secret_value(SecretId=named, **wanted)["SecretString"]
        except ClientError as error:
            raise Failed(str(error.response["Error"]["Message"])) from None
        if not key:
            return str(text)
        try:
            return str(json.loads(text)[key])
        except (ValueError, KeyError, TypeError):
            raise Failed(f"Could not find a value associated with JSONKey in SecretString: {key}") from None

    def _parameter(self, name: str, *, many: bool = False) -> Value:
        try:
            value = str(self._client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
        except ClientError:
            raise Failed(f"Unable to fetch parameters [{name}] from parameter store for this account.") from None
        return tuple(value.split(",")) if many else value


def _plain(value: Value) -> Any:
    match value:
        case Unknown():
            raise Failed(value.because)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case tuple():
            return [_plain(each) for each in value]
        case str():
            return str(value)
    return value
