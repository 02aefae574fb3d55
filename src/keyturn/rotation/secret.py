"""
The JSON inside the secret: read once into a `Login`, written with the keys that AWS's libraries read.

Source: Secrets Manager user guide, "JSON structure of AWS Secrets Manager secrets".
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .errors import Rejected

if TYPE_CHECKING:
    from .configuration import Configuration

# AWS documents the same word for Aurora; its own functions accept no other.
ENGINE_KEY = {
    "aurora-mysql": "mysql",
    "mysql": "mysql",
    "mariadb": "mariadb",
    "aurora-postgresql": "postgres",
    "postgres": "postgres",
}


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and its password, which is in no repr; `version` is the id of the secret's version that they are from."""

    username: str
    password: str = field(repr=False)
    version: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A secret's value: its login if it has a password, and whatever else its owner keeps in it."""

    login: Login | None
    fields: dict[str, Any] = field(repr=False)


EMPTY = Document(None, {})


def parse(text: str | None, configuration: Configuration, version: str = "") -> Document:
    """
    Read the application's secret. No text at all is an empty document.

    Raises:
        Rejected: It is not a JSON object, or it names a server, user or administrator other than the
            pinned ones: whoever may write the secret must not be able to say where passwords go.
    """
    if text is None:
        return EMPTY
    fields = _json_object(text, "the secret")
    pinned: dict[str, tuple[Any, ...]] = {
        "engine": (ENGINE_KEY[configuration.engine], configuration.engine),
        "host": (configuration.host,),
        "port": (configuration.port, str(configuration.port)),
        "username": configuration.logins,
        "dbname": (configuration.database,),
        "masterarn": (configuration.administrator_arn,),
    }
    for key, allowed in pinned.items():
        if fields.get(key) not in (None, "", *allowed):
            raise Rejected(
                f"the secret's {key} is not the one that this function was deployed for",
                hint=f"set {key} in the secret to {allowed[0]}, or deploy the function with the new value",
            )
    password = fields.get("password")
    if password is not None and not isinstance(password, str):
        raise Rejected("the secret's password is not a text")
    username = fields.get("username") or configuration.user
    return Document(Login(username, password, version) if password else None, fields)


def parse_administrator(text: str | None) -> Login:
    """
    Read the administrator's secret, of which only `username` and `password` are used.

    Raises:
        Rejected: It is not a JSON object with both.
    """
    fields = _json_object(text or "", "the administrator's secret")
    username, password = fields.get("username"), fields.get("password")
    if not isinstance(username, str) or not isinstance(password, str) or not username or not password:
        raise Rejected("the administrator's secret lacks username or password")
    return Login(username, password)


def compose(before: Document, password: str, configuration: Configuration) -> str:
    """The value that follows `before`: the same with another password, and what connecting needs."""
    return json.dumps(
        before.fields
        | {
            "engine": ENGINE_KEY[configuration.engine],
            "host": configuration.host,
            "port": configuration.port,
            "username": configuration.login_after(before.login.username if before.login else None),
            "password": password,
            "dbname": configuration.database,
        }
    )


def _json_object(text: str, whose: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        raise Rejected(f"{whose} is not JSON") from None  # The decoder's error quotes the text.
    if not isinstance(value, dict):
        raise Rejected(f"{whose} is not a JSON object")
    return value
