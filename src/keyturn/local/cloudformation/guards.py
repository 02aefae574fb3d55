"""The operations on what protects a stack: its termination protection, its stack policy, who uses its exports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from keyturn.local.call import Call, Handler
from keyturn.local.cloudformation import stack_policy, templates
from keyturn.local.cloudformation.refusal import validation
from keyturn.local.cloudformation.shelf import Shelf


class Guards:
    def __init__(self, shelf: Shelf, client: Callable[[str, str], Any]) -> None:
        self._shelf = shelf
        self._client = client

    def operations(self) -> dict[str, Handler]:
        return {
            "GetStackPolicy": self._policy,
            "ListExports": self._exports,
            "ListImports": self._imports,
            "SetStackPolicy": self._set_policy,
            "UpdateTerminationProtection": self._protect,
        }

    def asked(self, call: Call, parameters: Mapping[str, Any], what: str = "StackPolicy") -> str | None:
        """
        The policy that a request brings or points to, if it does.

        Args:
            what: What its parameters begin with.

        Raises:
            Refused: It is none.
        """
        text = parameters.get(f"{what}Body")
        if text is None and (url := parameters.get(f"{what}URL")):
            text = templates.fetch(url, lambda service: self._client(service, call.region))
        return None if text is None else stack_policy.checked(text)

    def _set_policy(self, call: Call, parameters: dict[str, Any]) -> None:
        stack = self._shelf.get(call.region, parameters["StackName"])
        policy = self.asked(call, parameters)
        if policy is None:
            raise validation("You must specify either StackPolicyBody or StackPolicyURL, but not both.")
        stack.policy = policy

    def _policy(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        policy = self._shelf.get(call.region, parameters["StackName"]).policy
        return {} if policy is None else {"StackPolicyBody": policy}

    def _protect(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        stack = self._shelf.get(call.region, parameters["StackName"])
        stack.protected = bool(parameters["EnableTerminationProtection"])
        return {"StackId": stack.id}

    def _exports(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        exports = [
            {"ExportingStackId": stack.id, "Name": name, "Value": stack.outputs[output]}
            for stack in self._shelf.all(call.region)
            for output, name in stack.exports.items()
        ]
        return {"Exports": exports}

    def _imports(self, call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        name = parameters["ExportName"]
        importers = self._shelf.importers(call.region, name)
        if not importers:
            raise validation(f"Export '{name}' is not imported by any stack.")
        return {"Imports": importers}
