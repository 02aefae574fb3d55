"""Terraform's functions of networks' addresses."""

from __future__ import annotations

import ipaddress

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.error import HclError
from keyturn.read.terraform.hcl.values import Raw, number


def _network(block: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A block; what stands behind its prefix is left aside, as in Terraform."""
    return ipaddress.ip_network(plain(block), strict=False)


def netmask(block: str) -> str:
    network = _network(block)
    if network.version != 4:
        raise HclError("not a block of IPv4")
    return str(network.netmask)


def subnet(block: str, bits: Raw, index: Raw) -> str:
    network = _network(block)
    prefix = network.prefixlen + int(number(bits))
    position = int(number(index))
    if not 0 < prefix <= network.max_prefixlen or not 0 <= position < 2 ** int(number(bits)):
        raise HclError(f"{block} does not hold it")
    size = 2 ** (network.max_prefixlen - prefix)
    return f"{network.network_address + position * size}/{prefix}"


def subnets(block: str, *bits: Raw) -> list[str]:
    network = _network(block)
    at = int(network.network_address)
    blocks = []
    for each in bits:
        prefix = network.prefixlen + int(number(each))
        size = 2 ** (network.max_prefixlen - prefix)
        at = (at + size - 1) // size * size
        blocks.append(f"{ipaddress.ip_address(at)}/{prefix}")
        at += size
    return blocks


def host(block: str, index: Raw) -> str:
    network = _network(block)
    return str(network[int(number(index))])
