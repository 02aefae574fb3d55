"""What data sources tell without AWS: who and where we are, zones, rendered policy documents."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Unknown
from keyturn.read.functions import FUNCTIONS
from keyturn.read.policy_document import render
from keyturn.read.pulumi.marks import Marks, plain
from keyturn.read.terraform.hcl.values import Lazy, Raw
from keyturn.read.world import World


def told(type_: str, name: str, asked: Mapping[str, Raw], world: World, marks: Marks) -> Raw:
    """
    What a data source tells.

    Args:
        asked: What it is configured with.
    """

    def unknown(attribute: str) -> str:
        return marks.give(Unknown(f"data.{type_}.{name}.{attribute} is looked up in AWS"))

    known = _known(type_, asked, world)
    return Lazy(
        lambda attribute: known[attribute] if attribute in known else asked.get(attribute) or unknown(attribute)
    )


def _known(type_: str, asked: Mapping[str, Raw], world: World) -> dict[str, Raw]:
    match type_:
        case "aws_caller_identity":
            arn = f"arn:{world.partition}:iam::{world.account}:user/deployer"
            return {"id": world.account, "account_id": world.account, "arn": arn, "user_id": "AIDADEPLOYER"}
        case "aws_region":
            return {"id": world.region, "name": world.region, "region": world.region}
        case "aws_partition":
            reverse = ".".join(reversed(world.dns_suffix.split(".")))
            partition = {"partition": world.partition, "dns_suffix": world.dns_suffix, "reverse_dns_prefix": reverse}
            return {"id": world.partition, **partition}
        case "aws_availability_zones":
            zones = FUNCTIONS["Fn::GetAZs"](world.region)
            return (
                {"id": world.region, "names": [plain(str(zone)) for zone in zones]} if isinstance(zones, tuple) else {}
            )
        case "aws_iam_policy_document":
            try:
                document = render(asked)
            except (AttributeError, KeyError, TypeError, ValueError):
                return {}
            return {"json": document, "minified_json": document}
        case "aws_arn" if isinstance(asked.get("arn"), str) and plain(asked["arn"]).count(":") >= 5:
            names = ("partition", "service", "region", "account", "resource")
            return dict(zip(names, plain(asked["arn"]).split(":", 5)[1:], strict=True))
        case "aws_default_tags":
            return {"tags": {}}
    return {}
