"""Load balancers: where they write their access logs to."""

from __future__ import annotations

from keyturn.graph import Path, Resource


def attribute(balancer: Resource, key: str) -> Path:
    """The path of the value of one of a load balancer's attributes; empty if it is not given."""
    listed = balancer.get("LoadBalancerAttributes")
    for index in range(len(listed) if isinstance(listed, tuple) else 0):
        if balancer.get("LoadBalancerAttributes", index, "Key") == key:
            return ("LoadBalancerAttributes", index, "Value")
    return ()


def access_logs(balancer: Resource) -> Path:
    """The path of the bucket that a load balancer writes its access logs to; empty if it writes none."""
    enabled = attribute(balancer, "access_logs.s3.enabled")
    if not enabled or str(balancer.get(*enabled)).lower() != "true":
        return ()
    return attribute(balancer, "access_logs.s3.bucket")
