"""What the provider's functions answer without AWS: who and where we are, zones, rendered policy documents."""

from __future__ import annotations

from keyturn.graph import Unknown, Value
from keyturn.read.functions import FUNCTIONS
from keyturn.read.policy_document import render
from keyturn.read.pulumi.marks import Marks
from keyturn.read.pulumi.registration import Invocation, Json
from keyturn.read.world import World


def invoke(invocation: Invocation, world: World, marks: Marks, *, portable: bool) -> dict[str, Json]:
    """
    A function's result. Of a function that only AWS can answer, every text is Unknown.

    Args:
        portable: Answers that depend on the world are given as references to it.
    """

    def told(value: Value) -> str:
        assert isinstance(value, str)
        return marks.give(value) if portable else str(value)

    arguments = invocation.arguments
    match invocation.token.rpartition(":")[2]:
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
            zones = FUNCTIONS["Fn::GetAZs"](world.pseudo("AWS::Region"))
            assert isinstance(zones, tuple)
            return {"id": world.region, "names": [told(zone) for zone in zones], "zoneIds": [], "groupNames": []}
        case "getPolicyDocument":
            document = render(arguments)
            return arguments | {"id": "policy", "json": document, "minifiedJson": document}
    because = f"{invocation.token.rpartition(':')[2]} is answered by AWS"
    unknown = {name: marks.give(Unknown(because)) for name in invocation.results}
    return unknown | arguments
