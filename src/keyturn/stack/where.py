"""Where the stack is put: what its ARNs are made of."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from keyturn.facts import partitions
from keyturn.problem import Misuse


@dataclass(frozen=True, slots=True)
class Where:
    """Account, region and partition. A template has them as references, so that it can be deployed in any account."""

    account: str
    region: str
    partition: str

    def arn(self, service: str, resource: str) -> str:
        """The ARN of something of this region, made from its name: it can be had before the resource is made."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def root(self) -> str:
        return f"arn:{self.partition}:iam::{self.account}:root"

    @property
    def dns_suffix(self) -> str:
        return partitions.partition(self.region).dns_suffix


def here(wanted: str, options: pulumi.InvokeOptions) -> Where:
    """
    Ask the provider that deploys.

    Raises:
        Misuse: It deploys to another region than the one wanted.
    """
    region = aws.get_region(opts=options).region
    if not region.startswith(wanted):
        raise Misuse(
            f"the stack is for {wanted}, but the provider deploys to {region}",
            hint="set aws:region, or pass a provider",
        )
    return Where(
        account=aws.get_caller_identity(opts=options).account_id,
        region=region,
        partition=aws.get_partition(opts=options).partition,
    )
