"""A request before it is decided, with what each kind of policy says of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from keyturn.policy.document import Document
from keyturn.policy.opinion import Opinion, hear
from keyturn.policy.request import Request


@dataclass(slots=True)
class Case:
    """
    A request, and the opinion of each kind of policy that applies to it; None where there is no policy of that kind.

    Attributes:
        service_control, resource_control: One opinion for each level of the organization.
        opinions: All of them.
        aws_managed: Whether the resource is a key that AWS manages.
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
    opinions: list[Opinion] = field(default_factory=list)
    aws_managed: bool = False

    def hear(self, documents: Iterable[tuple[str, Document]], *, bounded: bool = False) -> Opinion:
        """Hear the policies of one kind, as `opinion.hear` does."""
        opinion = hear(documents, self.request, bounded=bounded)
        self.opinions.append(opinion)
        return opinion
