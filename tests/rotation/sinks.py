"""
Where others could read a password: what real servers write down and remember, what the function says, and what services tell.

After every test all of it is searched, for every password that somebody of the test has seen, made or stored, in every form that the
redactor knows. Who makes passwords, a `World` or a whole cloud, says so with `begin`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from keyturn.rotation import mysql_verifier
from keyturn.rotation.mysql_verifier import Plugin
from keyturn.rotation.redact import forms
from server_sinks import Holds, Sink, pieces, sinks, words

SHORTEST = 8
"""Characters: what is shorter stands in a log by chance, and no rotation makes such a password."""

MANY = 500
"""Of so many forms, a search for each takes longer than to go through a text once."""


class Party(Protocol):
    """Who has passwords, and what a test has let them say."""

    in_clear: set[str]
    """Passwords that the test itself has put into a statement."""

    def secrets(self) -> set[str]:
        """Every password that there has been."""

    def servers(self) -> Iterable[object]:
        """The real servers that have them."""

    def told(self) -> Mapping[str, str]:
        """What keyturn has written and what services have told of it, by where: neither a password nor a verifier may be there."""


def found(passwords: Iterable[str], text: str) -> list[str]:
    """The forms of these passwords that stand in a text, but for passwords that are too short to tell."""
    return _standing(_forms(passwords), text.encode())


def _forms(passwords: Iterable[str]) -> set[bytes]:
    return {form.encode() for password in passwords if len(password) >= SHORTEST for form in forms(password)}


def _standing(wanted: set[bytes], text: bytes) -> list[str]:
    """A crash matrix has thousands of forms, and logs of megabytes: what they begin with is looked for first, all at once."""
    if len(wanted) > MANY:
        beginnings = {text[at : at + SHORTEST] for at in range(len(text))}
        wanted = {form for form in wanted if form[:SHORTEST] in beginnings}
    return sorted(form.decode(errors="replace") for form in wanted if form in text)


@dataclass
class Search:
    """The parties of a test, and the sinks of their servers since the first of them came."""

    parties: list[Party] = field(default_factory=list)
    sinks: dict[object, list[Sink]] = field(default_factory=dict)

    def begin(self, party: Party) -> None:
        """Search for this party's passwords too."""
        self.parties.append(party)
        for server in party.servers():
            if server not in self.sinks:
                self.sinks[server] = sinks(server)

    def leaks(self) -> Iterator[str]:
        """Where a password stands, and in which form."""
        passwords = {password for party in self.parties for password in party.secrets()}
        said = {password for party in self.parties for password in party.in_clear}
        stored = {mysql_verifier.make(Plugin.NATIVE, password).lstrip("*").encode() for password in passwords}
        in_statements, verifiers = _forms(passwords - said) - stored, set[bytes]()
        silent: dict[str, bytes] = {}
        for sink in (sink for opened in self.sinks.values() for sink in opened):
            content = sink.read()
            if sink.holds is Holds.NOTHING:
                silent[sink.name] = silent.get(sink.name, b"") + content
                continue
            verifiers |= pieces(content)
            yield from (f"{sink.name}: {form}" for form in _standing(in_statements, words(content)))
        for party in self.parties:
            for place, text in party.told().items():
                silent[place] = silent.get(place, b"") + text.encode()
        nowhere = _forms(passwords) | verifiers
        for place, content in silent.items():
            yield from (f"{place}: {form}" for form in _standing(nowhere, content))

    def judge(self) -> None:
        """
        See that nothing has leaked.

        Raises:
            AssertionError: A password, or a piece of what is stored of one, is where it must not be.
        """
        if leaks := list(self.leaks()):
            raise AssertionError("a password has leaked: " + "\n".join(leaks))

    def close(self) -> None:
        for opened in self.sinks.values():
            for sink in opened:
                sink.close()


_searches: list[Search] = []


@contextmanager
def searching() -> Iterator[Search]:
    """A search for what parties have that begin meanwhile; somebody has to ask it for its judgement."""
    search = Search()
    _searches.append(search)
    try:
        yield search
    finally:
        _searches.remove(search)
        search.close()


@contextmanager
def searched() -> Iterator[None]:
    """In the end, no sink has a password of a party that began meanwhile."""
    with searching() as search:
        yield
        search.judge()


def begin(party: Party) -> None:
    """Have a new party searched in the end."""
    if _searches:
        _searches[-1].begin(party)
