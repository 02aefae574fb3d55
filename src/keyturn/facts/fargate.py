"""
The sizes that tasks on Fargate can have, and what ECS says of services and tasks that contradict themselves.

Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html ("Task CPU and memory"); read 2026-11-24.
"""

from __future__ import annotations

import re

from keyturn.facts.error import AwsError
from keyturn.graph import Value

BOTH = AwsError(
    "InvalidParameterException",
    "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
)
NO_NETWORK = AwsError(
    "InvalidParameterException",
    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
)
NO_SIZE = AwsError("ClientException", "No Fargate configuration exists for given values.")
NOT_AWSVPC = AwsError("ClientException", "Fargate only supports network mode 'awsvpc'.")


def no_balancer(group: str) -> AwsError:
    """What ECS says of a target group that no listener forwards to."""
    return AwsError(
        "InvalidParameterException",
        f"The target group with targetGroupArn {group} does not have an associated load balancer.",
    )


_GIB = 1024
_MEMORY: dict[int, tuple[int, ...]] = {
    256: (512, 1 * _GIB, 2 * _GIB),
    512: tuple(n * _GIB for n in range(1, 5)),
    1024: tuple(n * _GIB for n in range(2, 9)),
    2048: tuple(n * _GIB for n in range(4, 17)),
    4096: tuple(n * _GIB for n in range(8, 31)),
    8192: tuple(n * _GIB for n in range(16, 61, 4)),
    16384: tuple(n * _GIB for n in range(32, 121, 8)),
}
CPUS = ", ".join(map(str, _MEMORY))
MOST = 16384
"""What is above it may have been added since, and is not judged."""

_AMOUNT = re.compile(r"\s*([0-9.]+)\s*(vcpu|gb)?\s*", re.IGNORECASE)


def units(cpu: Value) -> int | None:
    """CPU units of `512`, `"512"` or `".5 vCPU"`; None where it is nothing of the kind, or not known."""
    return _amount(cpu, "vcpu")


def mebibytes(memory: Value) -> int | None:
    """MiB of `1024`, `"1024"` or `"1 GB"`; None where it is nothing of the kind, or not known."""
    return _amount(memory, "gb")


def memory_for(cpu: int) -> tuple[int, ...] | None:
    """The amounts of memory, in MiB, that go with an amount of CPU; None for one that Fargate does not have."""
    return _MEMORY.get(cpu)


def fits(cpu: int, memory: int) -> bool:
    """Whether there is such a size."""
    return memory in _MEMORY.get(cpu, ())


def _amount(value: Value, unit: str) -> int | None:
    found = _AMOUNT.fullmatch(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None
    if found is None or found[1].count(".") > 1 or found[1] == ".":
        return None
    return int(float(found[1]) * 1024) if (found[2] or "").lower() == unit else int(float(found[1]))
