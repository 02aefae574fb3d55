"""A request before it is decided, with what each kind of policy says of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from keyturn.policy.opinion import Opinion
from keyturn.policy.request import Request


@dataclass(slots=True)
class Case:
    """
    A request, and the opinion of each kind of policy that applies to it; None where there is no policy of that kind.

    Control policies have one opinion for each level of the organization.
    """

    request: Request
    identity: Opinion | None = None
    resource: Opinion | None = None
    boundary: Opinion | None = None
    session: Opinion | None = None
    endpoint: Opinion | None = None
    grants: Opinion | None = None
    service_control: list[Opinion] = field(default_factory=list)
    resource_control: list[Opinion] = field(default_factory=list)

    def opinions(self) -> list[Opinion]:
        """All opinions that there are."""
        single = (self.identity, self.resource, self.boundary, self.session, self.endpoint, self.grants)
        return [*filter(None, single), *self.service_control, *self.resource_control]
