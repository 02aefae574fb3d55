"""What a function reaches: services of AWS, databases, the internet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from keyturn.local.functions.function import Function, find
from keyturn.local.network import Blocked, Network, Place

Databases = Callable[[str, str, int], "Place | None"]
"""Where the database stands that listens on an address, by region, host and port; None where none does."""


class Reach:
    """Decides for the functions of one account. One that is in no VPC reaches whatever is public."""

    def __init__(self, account: str, databases: Databases) -> None:
        self._account = account
        self._databases = databases

    def service(self, function_arn: str, service: str) -> tuple[Any, ...]:
        """
        See whether a function's call gets to a service; give the policies of the endpoint that it comes through.

        Raises:
            Blocked: It does not.
        """
        function = find(self._account, function_arn.split(":")[3], function_arn)
        if function is None or not function.subnets:
            return ()
        network, place = self._of(function)
        return network.to_service(place, service)

    def address(self, function: Function, host: str, port: int) -> None:
        """
        See whether a function's connection gets to an address.

        Raises:
            Blocked: It does not.
        """
        database = self._databases(function.region, host, port)
        if not function.subnets:
            if database is not None:
                Network(self._account, function.region).from_internet(database, port)
            return
        network, place = self._of(function)
        if database is not None:
            network.connect(place, database, port)
        elif not host.startswith("127.") and host not in ("localhost", "::1"):
            network.to_internet(place, port)

    def _of(self, function: Function) -> tuple[Network, Place]:
        network = Network(self._account, function.region)
        place = network.place("the function", function.subnets, function.groups)
        if place is None:
            raise Blocked("a subnet of the function is gone")
        return network, place
