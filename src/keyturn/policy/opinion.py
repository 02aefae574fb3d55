"""What all policies of one kind say together of a request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from keyturn.graph import Unknown
from keyturn.policy.document import Document
from keyturn.policy.principal import Reach
from keyturn.policy.request import Request
from keyturn.policy.statement import Doubt, Miss, Statement


@dataclass(slots=True)
class Opinion:
    """
    What the policies of one kind say of a request.

    Attributes:
        allows: The statements that allow for certain, each with the label of its policy and how closely it names who asks.
        denies: The statements that deny for certain, each with the label of its policy.
        doubts: The statements of which it is unknown whether they apply, and why.
        misses: The statements that do not apply, each with the first element that failed.
        least, most: How closely an Allow names who asks: for certain, and at most.
        denied, deniable: Whether a Deny applies: for certain, and possibly.
    """

    allows: list[tuple[str, Statement, Reach]] = field(default_factory=list)
    denies: list[tuple[str, Statement]] = field(default_factory=list)
    doubts: list[tuple[str, Statement, str]] = field(default_factory=list)
    misses: list[tuple[str, Statement, Miss]] = field(default_factory=list)
    least: Reach = Reach.NONE
    most: Reach = Reach.NONE
    denied: bool = False
    deniable: bool = False

    def reach(self, *, hopeful: bool) -> Reach:
        """How closely an Allow names who asks, if all that is unknown turns out for the asker, or against."""
        return self.most if hopeful else self.least

    def allowing(self, least: Reach = Reach.ACCOUNT) -> list[tuple[str, Statement]]:
        """The statements that allow, of those that name who asks at least this closely."""
        return [(label, statement) for label, statement, reach in self.allows if reach >= least]

    def denies_it(self, *, hopeful: bool) -> bool:
        """Whether a Deny applies, if all that is unknown turns out for the asker, or against."""
        return self.denied if hopeful else self.deniable


def hear(documents: Iterable[tuple[str, Document]], request: Request, *, bounded: bool = False) -> Opinion:
    """
    Hold every statement of these documents against a request.

    Args:
        documents: Each with the label that decisions cite it by.
        bounded: Whether who asks has a permissions boundary: a Deny with NotPrincipal then spares nobody, as AWS documents.
    """
    opinion = Opinion()
    for label, document in documents:
        for statement in document.statements:
            says = statement.says(request)
            if bounded and statement.spares:
                says = statement._replace(principal=None).says(request)
            effect = statement.effect
            if isinstance(says, Miss):
                opinion.misses.append((label, statement, says))
            elif isinstance(says, Doubt) or isinstance(effect, Unknown):
                _doubt(opinion, label, statement, says)
            elif effect == "Deny":
                opinion.denies.append((label, statement))
                opinion.denied = opinion.deniable = True
            else:
                opinion.allows.append((label, statement, says))
                opinion.least = max(opinion.least, says)
                opinion.most = max(opinion.most, says)
    return opinion


def _doubt(opinion: Opinion, label: str, statement: Statement, says: Reach | Doubt) -> None:
    """Take into account a statement of which the effect, or whether it applies, is unknown."""
    effect = statement.effect
    if isinstance(says, Reach):
        assert isinstance(effect, Unknown)
        says = Doubt(says, says, effect.because)
    opinion.doubts.append((label, statement, says.because))
    if effect != "Deny":
        opinion.most = max(opinion.most, says.most)
        if effect == "Allow" and says.least > Reach.NONE:
            opinion.allows.append((label, statement, says.least))
            opinion.least = max(opinion.least, says.least)
    if effect != "Allow":
        opinion.deniable = True
        if effect == "Deny" and says.least > Reach.NONE:
            opinion.denies.append((label, statement))
            opinion.denied = True
