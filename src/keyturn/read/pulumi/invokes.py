"""What the provider's functions answer without AWS: who and where we are, zones, rendered policy documents."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown, Value
from keyturn.read.functions import FUNCTIONS, FunctionError
from keyturn.read.policy_document import render
from keyturn.read.pulumi.marks import Marks
from keyturn.read.pulumi.registration import Invocation, Json
from keyturn.read.world import World


def invoke(invocation: Invocation, world: World, marks: Marks, *, portable: bool) -> dict[str, Json]:
    """
    A function's result. Of a function that only AWS can answer, every text is Unknown, and a list has some.

    Args:
        portable: Answers that depend on the world are given as references to it.
    """

    def told(value: Value) -> str:
        assert isinstance(value, str)
        return marks.give(value) if portable else str(value)

    def several(function: str, argument: Value) -> list[str] | None:
        """What a function of CloudFormation's gives; None for what is not known, or what it does not take."""
        try:
            found = FUNCTIONS[function](argument)
        except FunctionError:
            return None
        return [told(each) for each in found] if isinstance(found, tuple) else None

    arguments = invocation.arguments
    match invocation.token.rpartition(":")[2]:
        case "getAccountId":
            return {"accountId": told(world.pseudo("AWS::AccountId"))}
        case "getUrlSuffix":
            return {"urlSuffix": told(world.pseudo("AWS::URLSuffix"))}
        case "getCallerIdentity":
            account = told(world.pseudo("AWS::AccountId"))
            arn = f"arn:{world.partition}:iam::{world.account}:user/deployer"
            return {"id": account, "accountId": account, "arn": arn, "userId": "AIDADEPLOYER"}
        case "getRegion":
            region = told(world.pseudo("AWS::Region"))
            return {
                "id": region,
                "name": region,
                "region": region,
                "endpoint": f"ec2.{world.region}.{world.dns_suffix}",
            }
        case "getPartition":
            partition = told(world.pseudo("AWS::Partition"))
            return {
                "id": partition,
                "partition": partition,
                "dnsSuffix": told(world.pseudo("AWS::URLSuffix")),
                "reverseDnsPrefix": ".".join(reversed(world.dns_suffix.split("."))),
            }
        case "getAvailabilityZones":
            return {
                "id": world.region,
                "names": several("Fn::GetAZs", world.pseudo("AWS::Region")),
                "zoneIds": [],
                "groupNames": [],
            }
        case "getAzs":
            where = marks.read(arguments.get("region")) or world.pseudo("AWS::Region")
            if (zones := several("Fn::GetAZs", where)) is not None:
                return {"azs": zones}
        case "cidr":
            block = marks.read([arguments.get(name) for name in ("ipBlock", "count", "cidrBits")])
            if (subnets := several("Fn::Cidr", block)) is not None:
                return {"subnets": subnets}
        case "getPolicyDocument":
            document = render(arguments)
            return arguments | {"id": "policy", "json": document, "minifiedJson": document}
    because = f"{invocation.token.rpartition(':')[2]} is answered by AWS"
    return {**_filled(invocation.result, marks.give(Unknown(because))), **arguments}


def _filled(shape: Json, given: str) -> Json:
    """The shape of a result with a text for each empty one in it."""
    if isinstance(shape, Mapping):
        return {name: _filled(each, given) for name, each in shape.items()}
    if isinstance(shape, list):
        return [_filled(each, given) for each in shape]
    return given
