"""A function as it is to be run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from keyturn.local.moto_state import backend


@dataclass(frozen=True, slots=True)
class Function:
    """
    One version of a function.

    Attributes:
        arn: Of the function itself, without a version.
        version: A number, or `$LATEST`.
        role: Its role's ARN.
        timeout: Seconds.
        memory: MB.
        code, layers: Zip files; no code for a container image.
        subnets, groups: Where in a VPC it is; none for one that is in no VPC.
        concurrency: How many of its invocations may run at once; None for no limit of its own.
        policy: Who may invoke it: its policy document, if it has one.
        key: What its environment variables are encrypted with, as it was named; empty for Lambda's own.
    """

    arn: str
    name: str
    version: str
    region: str
    role: str
    runtime: str
    handler: str
    timeout: int
    memory: int
    code: bytes = field(repr=False)
    layers: tuple[bytes, ...] = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    log_group: str
    digest: str
    subnets: tuple[str, ...]
    groups: tuple[str, ...]
    concurrency: int | None
    policy: Mapping[str, Any] | None
    key: str = ""

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    @property
    def revision(self) -> tuple[Any, ...]:
        """What an environment is made for: when any of it changes, another one is wanted."""
        return (
            self.arn,
            self.version,
            self.digest,
            self.role,
            self.handler,
            self.memory,
            self.timeout,
            tuple(hash(layer) for layer in self.layers),
            tuple(sorted(self.variables.items())),
        )


def find(account: str, region: str, named: str, qualifier: str | None = None) -> Function | None:
    """
    A function by its name, its ARN, either with a version or an alias; None if there is none.

    Args:
        qualifier: A version or an alias.
    """
    from moto.awslambda.exceptions import LambdaClientError

    parts = named.split(":")
    if named.startswith("arn:") and len(parts) >= 7:
        region, account, named = parts[3], parts[4], parts[6]
        qualifier = qualifier or (parts[7] if len(parts) > 7 else None)
    elif len(parts) == 2:
        named, qualifier = parts[0], qualifier or parts[1]
    held = backend("awslambda", account, region)
    try:
        found = held.get_function(named, qualifier)
    except LambdaClientError:
        return None
    return _function(held, found) if found is not None else None


def _function(held: Any, found: Any) -> Function:
    arn = ":".join(found.function_arn.split(":")[:7])
    network = found._vpc_config or {}
    versions = (held.layers_versions_by_arn(layer["Arn"]) for layer in found.layers)
    return Function(
        arn=arn,
        name=found.function_name,
        version=str(found.version),
        region=found.region,
        role=found.role,
        runtime=found.run_time or "",
        handler=found.handler or "",
        timeout=int(found.timeout),
        memory=int(found.memory_size),
        code=getattr(found, "code_bytes", b""),  # A container image has none.
        layers=tuple(version.code_bytes for version in versions if version is not None),
        variables={name: str(value) for name, value in (found.environment_vars or {}).items()},
        log_group=getattr(found, "keyturn_log_group", None) or found.logs_group_name,
        digest=found.code_sha_256,
        subnets=tuple(network.get("SubnetIds") or ()),
        groups=tuple(network.get("SecurityGroupIds") or ()),
        concurrency=int(found.reserved_concurrency) if found.reserved_concurrency is not None else None,
        policy=_policy(found.policy.statements),
        key=found.kms_key_arn or "",
    )


def _policy(statements: list[Any]) -> Mapping[str, Any] | None:
    """The function's policy; moto leaves an account's number as it was given."""
    if not statements:
        return None
    return {"Version": "2012-10-17", "Statement": [{**each, "Principal": _principal(each)} for each in statements]}


def _principal(statement: Mapping[str, Any]) -> Any:
    principal = statement.get("Principal")
    return {"AWS": principal} if isinstance(principal, str) and principal != "*" else principal
