"""Load balancers: they stand in two zones, have the ARNs of their kind, and their logs go into buckets that S3's own keys encrypt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts.networks import ONE_ZONE
from keyturn.facts.partitions import partition
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.moto_state import backend

APPLICATION = "application"
KINDS = {"network": "net", "gateway": "gwy"}
"""What stands in ARNs for a kind; moto writes `app` for all of them."""
BUCKET = "access_logs.s3.bucket"
ENABLED = "access_logs.s3.enabled"


class Balancers:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer]) -> None:
        self._rest = rest

    def handlers(self) -> dict[str, Handler]:
        return {
            "elasticloadbalancing:CreateLoadBalancer": self._create,
            "elasticloadbalancing:ModifyLoadBalancerAttributes": self._change,
        }

    def _create(self, call: Call, parameters: dict[str, Any]) -> Answer:
        subnets = parameters.get("Subnets") or [each["SubnetId"] for each in parameters.get("SubnetMappings") or ()]
        held = backend("ec2", call.account, call.region).describe_subnets()
        zones = {each.availability_zone for each in held if each.id in subnets}
        if subnets and parameters.get("Type", APPLICATION) == APPLICATION and len(zones) < 2:
            raise Refused.with_error(ONE_ZONE)
        answer = self._rest(call)
        if kind := KINDS.get(parameters.get("Type", APPLICATION)):
            held = backend("elbv2", call.account, call.region)
            _name(held, answer, parameters["Name"], kind)
        return answer

    def _change(self, call: Call, parameters: dict[str, Any]) -> Answer:
        wanted = {each["Key"]: each["Value"] for each in parameters.get("Attributes") or ()}
        buckets = backend("s3", call.account, partition(call.region).name).buckets
        bucket = buckets.get(wanted.get(BUCKET))
        if (
            wanted.get(ENABLED) == "true"
            and bucket is not None
            and _uses_kms(bucket)
            and _is_application(call, parameters)
        ):
            raise Refused(
                "InvalidConfigurationRequest",
                f"Access Denied for bucket: {bucket.name}. Please check S3bucket permission",
            )
        return self._rest(call)


def _name(held: Any, answer: Answer, name: str, kind: str) -> None:
    """Give a balancer that was just made the ARN that its kind has."""
    arn = next((arn for arn in held.load_balancers if f":loadbalancer/app/{name}/" in arn), None)
    if arn is None or answer.status >= 400:
        return
    own = arn.replace(":loadbalancer/app/", f":loadbalancer/{kind}/")
    held.load_balancers[own] = balancer = held.load_balancers.pop(arn)
    balancer.arn = own
    held.tagging_service.copy_tags(arn, own)
    held.tagging_service.delete_all_tags_for_resource(arn)
    answer.body = answer.body.replace(arn.encode(), own.encode())


def _uses_kms(bucket: Any) -> bool:
    rule = ((bucket.encryption or {}).get("Rule") or {}).get("ApplyServerSideEncryptionByDefault") or {}
    return str(rule.get("SSEAlgorithm", "")).startswith("aws:kms")


def _is_application(call: Call, parameters: dict[str, Any]) -> bool:
    """A network load balancer's logs are delivered by CloudWatch Logs, which the bucket's key may let in."""
    held = backend("elbv2", call.account, call.region).load_balancers.get(parameters.get("LoadBalancerArn"))
    return held is not None and held.type == APPLICATION
