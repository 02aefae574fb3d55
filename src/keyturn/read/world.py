"""Where a program is read for: the region, the account and the stack that its names and ARNs are formed with."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from keyturn.facts.partitions import partition
from keyturn.graph import Graph, Ref, Text, Unknown, Value
from keyturn.problem import Misuse
from keyturn.read.identity.mint import mint

_partition = functools.lru_cache(partition)

PSEUDO = (
    "AWS::AccountId",
    "AWS::NoValue",
    "AWS::NotificationARNs",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
)

ACCOUNT = "123456789012"
"""The account that a program is read for where nothing else is said: AWS's own in its documentation."""


class Unreadable(Misuse):
    """A file that cannot be read, and why: `because` begins with the line and column, where they are known."""

    def __init__(self, file: str, because: str, *, hint: str = "") -> None:
        because = (
            because if because.isprintable() else " ".join(because.split())
        )  # Names of the user's may hold line breaks.
        super().__init__(f"{file}: {because}", hint=hint)
        self.file = file
        self.because = because

    def __reduce__(self) -> tuple[type[Unreadable], tuple[str, str]]:
        return Unreadable, (self.file, self.because)


class PartlyUnreadable(Unreadable):
    """
    An app of several programs, some of which cannot be read.

    Attributes:
        errors: Those, and why.
        graphs: What the others come to.
    """

    def __init__(self, errors: tuple[Unreadable, ...], graphs: tuple[Graph, ...]) -> None:
        super().__init__(errors[0].file, errors[0].because)
        self.errors = errors
        self.graphs = graphs


@dataclass(frozen=True, slots=True)
class Options:
    """
    How to read.

    Attributes:
        region, account: Where the program will be deployed.
        parameters: What is given for the program's parameters, by name.
        variable_files: Files of Terraform's that give values for variables besides its own, each before those that win over it.
        run_programs: Whether a program (Pulumi) may be run to see what it declares.
        as_of: The day of the deployment, for facts that change; None is today.
        stack: The name it will be deployed under; None takes the reader's own choice.
        previous: The program as it is deployed now, for changes that AWS refuses.
    """

    region: str = "us-east-1"
    account: str = ACCOUNT
    parameters: Mapping[str, str] = field(default_factory=dict)
    run_programs: bool = False
    as_of: datetime.date | None = None
    stack: str | None = None
    previous: str | None = None
    variable_files: tuple[str, ...] = ()


class World(NamedTuple):
    """A region and an account, and the stack that is put there."""

    region: str = "us-east-1"
    account: str = ACCOUNT
    stack: str = "stack"

    @property
    def partition(self) -> str:
        return _partition(self.region).name

    @property
    def dns_suffix(self) -> str:
        return _partition(self.region).dns_suffix

    def pseudo(self, name: str) -> Value:
        """What a reference to one of PSEUDO gives; `AWS::NoValue` is not a value, and KeyError."""
        ref = Ref(name)
        match name:
            case "AWS::AccountId":
                return Text(self.account, (ref,))
            case "AWS::Partition":
                return Text(self.partition, (ref,))
            case "AWS::Region":
                return Text(self.region, (ref,))
            case "AWS::StackName":
                return Text(self.stack, (ref,))
            case "AWS::URLSuffix":
                return Text(self.dns_suffix, (ref,))
            case "AWS::StackId":
                arn = f"arn:{self.partition}:cloudformation:{self.region}:{self.account}:stack/{self.stack}/"
                return Text(arn + mint("uuid", "AWS::StackId", self.stack), (ref,))
            case "AWS::NotificationARNs":
                return Unknown("`AWS::NotificationARNs` is given at deployment", ref)
        raise KeyError(name)


def world_of(graph: Graph) -> World:
    """The world that a graph was read for."""
    return World(graph.region, graph.account, graph.stack)
