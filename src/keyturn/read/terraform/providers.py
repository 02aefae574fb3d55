"""What the provider of a resource decides: where it is put, and the tags that it has besides its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from keyturn.read.pulumi.marks import plain
from keyturn.read.terraform.hcl.syntax import Block, Expression
from keyturn.read.terraform.hcl.values import Raw
from keyturn.read.world import World

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/.+")
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class Provider:
    """
    One configuration of the provider.

    Attributes:
        world: The region and the account that it works in.
        tags: What it gives every resource that takes tags.
    """

    world: World
    tags: Mapping[str, Raw] = field(default_factory=dict)


def provider(block: Block, base: World, known: Callable[[Expression], Raw]) -> Provider:
    """
    What a `provider` block says.

    Args:
        base: Where the deployment is told to be; what the block does not say, or only AWS knows, is as there.
        known: Works an expression out; None where it is not known.
    """

    def told(of: Block, name: str) -> Raw:
        argument = of.body.arguments.get(name)
        return None if argument is None else known(argument.value)

    region = told(block, "region")
    roles = [told(role, "role_arn") for role in block.body.of_type("assume_role")]
    account = account_of(told(block, "allowed_account_ids"), roles, base.account)
    tags: dict[str, Raw] = {}
    for each in block.body.of_type("default_tags"):
        given = told(each, "tags")
        tags |= given if isinstance(given, dict) else {}
    return Provider(World(plain(region) if isinstance(region, str) else base.region, account, base.stack), tags)


def account_of(allowed: Raw, roles: Iterable[Raw], otherwise: str) -> str:
    """
    The account that a provider works in: that of the role that it assumes last, else the only one that it may work in.

    Args:
        allowed: `allowed_account_ids`.
        roles: The ARNs of the roles that it assumes, one with the other.
    """
    account = otherwise
    if isinstance(allowed, list) and len(allowed) == 1 and _ACCOUNT.fullmatch(plain(str(allowed[0]))):
        account = plain(str(allowed[0]))
    for arn in roles:
        if isinstance(arn, str) and (found := _ROLE.fullmatch(plain(arn))):
            account = found[1]
    return account
