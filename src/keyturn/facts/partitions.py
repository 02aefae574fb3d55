"""
Which partition a region belongs to, and what its hosts and service principals end in.

Source: the endpoint table of AWS's SDK (botocore 1.44.5, `endpoints.json`), read 2026-11-23.
"""

from __future__ import annotations

from typing import NamedTuple


class Partition(NamedTuple):
    """A separate world of AWS: accounts, ARNs and endpoints of one mean nothing in another."""

    name: str
    prefixes: tuple[str, ...]
    dns_suffix: str


PARTITIONS = (
    Partition("aws-cn", ("cn-",), "amazonaws.com.cn"),
    Partition("aws-us-gov", ("us-gov-",), "amazonaws.com"),
    Partition("aws-iso", ("us-iso-",), "c2s.ic.gov"),
    Partition("aws-iso-b", ("us-isob-",), "sc2s.sgov.gov"),
    Partition("aws-iso-e", ("eu-isoe-",), "cloud.adc-e.uk"),
    Partition("aws-iso-f", ("us-isof-",), "csp.hci.ic.gov"),
    Partition("aws-eusc", ("eusc-",), "amazonaws.eu"),
    Partition("aws", ("",), "amazonaws.com"),
)


def partition(region: str) -> Partition:
    """The partition that a region belongs to; a region not known by its prefix is taken for a commercial one."""
    return next(each for each in PARTITIONS if region.startswith(each.prefixes))


def dns_suffix(name: str) -> str:
    """What hosts end in, e.g. `amazonaws.com.cn` for `aws-cn`; the commercial one for a name that is not known."""
    return next((each.dns_suffix for each in PARTITIONS if each.name == name), "amazonaws.com")
