"""What other stacks are known to give: exports, and outputs that are asked for by the stack's name."""

from __future__ import annotations

from collections.abc import Mapping

from keyturn.graph import Graph, Value
from keyturn.read.world import World


class Elsewhere:
    """The stacks that are deployed before one, as far as they are known."""

    def __init__(self) -> None:
        self._exports: dict[str, dict[tuple[str, str], Value]] = {}
        """By name, and by account and region: the same name may be exported once in each."""
        self._outputs: dict[tuple[str, str, str, str], Value] = {}
        """By account, region, stack and output."""

    def add(self, graph: Graph) -> None:
        """Know of a stack from now on."""
        for name, output in graph.outputs.items():
            self._outputs[graph.account, graph.region, graph.stack, name] = output.value
            if isinstance(output.export, str):
                self._exports.setdefault(str(output.export), {})[graph.account, graph.region] = output.value

    def export(self, name: Value, world: World) -> Value:
        """What `Fn::ImportValue` gives to a stack; None if that is not known. What is exported once is meant, wherever it is said to be."""
        found = self._exports.get(str(name), {})
        return next(iter(found.values())) if len(found) == 1 else found.get((world.account, world.region))

    def output(self, asked: Value, world: World) -> Value:
        """What `Fn::GetStackOutput` gives to a stack: one in the account of the role that it is to ask with. None if that is not known."""
        if not isinstance(asked, Mapping):
            return None
        role = asked.get("RoleArn")
        account = role.split(":")[4] if isinstance(role, str) and role.count(":") >= 5 else world.account
        region = str(asked.get("Region", world.region))
        return self._outputs.get((account, region, str(asked.get("StackName")), str(asked.get("OutputName"))))
