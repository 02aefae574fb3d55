"""
EC2: an interface endpoint gets private DNS only where its VPC has DNS; a flow log says how it is delivered, and nothing else; what is in
use is not deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.facts.networks import BAD_INTERVAL, FLOW_LOG_INTERVALS, NOT_APPLICABLE
from keyturn.local.call import Answer, Call, Handler, Refused
from keyturn.local.dependencies import Dependencies
from keyturn.local.moto_state import backend

CLOUDWATCH = "cloud-watch-logs"


class Ec2:
    """The operations in front of moto's."""

    def __init__(self, rest: Callable[[Call], Answer], dependencies: Dependencies) -> None:
        """
        Args:
            dependencies: What stands in the way of a deletion.
        """
        self._rest = rest
        self._dependencies = dependencies

    def handlers(self) -> dict[str, Handler]:
        return {
            "ec2:CreateFlowLogs": self._create_flow_log,
            "ec2:CreateVpcEndpoint": self._create_endpoint,
            "ec2:DeleteSecurityGroup": self._delete_group,
            "ec2:DeleteSubnet": self._delete_subnet,
        }

    def _delete_group(self, call: Call, parameters: dict[str, Any]) -> Answer:
        if group := parameters.get("GroupId"):
            self._dependencies.check_group(call, group)
        return self._rest(call)

    def _delete_subnet(self, call: Call, parameters: dict[str, Any]) -> Answer:
        self._dependencies.check_subnet(call, parameters["SubnetId"])
        return self._rest(call)

    def _create_endpoint(self, call: Call, parameters: dict[str, Any]) -> Answer:
        # Where nothing is said, sources disagree on what it means.
        wanted = parameters.get("PrivateDnsEnabled") and parameters.get("VpcEndpointType") == "Interface"
        vpc = backend("ec2", call.account, call.region).vpcs.get(parameters.get("VpcId"))
        if wanted and vpc is not None and not (_is_on(vpc.enable_dns_support) and _is_on(vpc.enable_dns_hostnames)):
            raise Refused(
                "InvalidParameter",
                "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for "
                f"{vpc.id}",
            )
        return self._rest(call)

    def _create_flow_log(self, call: Call, parameters: dict[str, Any]) -> Answer:
        kind, role = parameters.get("LogDestinationType") or CLOUDWATCH, parameters.get("DeliverLogsPermissionArn")
        if kind == "s3" and role:
            raise Refused.with_error(NOT_APPLICABLE)
        if kind == CLOUDWATCH and not role:
            raise Refused("InvalidParameter", "DeliverLogsPermissionArn can't be empty for cloud-watch-logs delivery")
        if str(parameters.get("MaxAggregationInterval", FLOW_LOG_INTERVALS[0])) not in FLOW_LOG_INTERVALS:
            raise Refused.with_error(BAD_INTERVAL)
        return self._rest(call)


def _is_on(value: Any) -> bool:
    """moto keeps these as it got them: true, `true` or `True`."""
    return str(value).lower() == "true"
