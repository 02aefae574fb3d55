"""
A second evaluator, slow and plain, to hold the first one against.

It works on the documents as they are written, with regular expressions, and decides by writing down every fact of the request first.
It knows nothing of what is unknown, and shares no code with `keyturn.policy`.
"""

from __future__ import annotations

import base64
import datetime
import ipaddress
import re
from typing import Any

NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnEquals",
}
RESOURCE_CONTROLLED = ("s3", "sqs", "kms", "sts", "secretsmanager")


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def text_of(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def regex(pattern: str, *, confined: bool = False) -> str:
    """A pattern as a regular expression; `confined` keeps wildcards within a segment of an ARN where IAM does."""
    colons, out = 0, ""
    for place, character in enumerate(pattern):
        free = not confined or colons >= 5
        ends = place + 1 == len(pattern) or pattern[place + 1] == ":"
        if character == "*":
            out += ".*" if free or ends else "[^:]*"
        elif character == "?":
            out += "." if free else "[^:]"
        else:
            out += re.escape({"\x01": "*", "\x02": "?"}.get(character, character))
            colons += character == ":"
    return out


def like(pattern: str, value: str, *, confined: bool = False) -> bool:
    return re.fullmatch(regex(pattern, confined=confined), value, re.DOTALL) is not None


class Facts:
    """The request, with every condition key that AWS adds."""

    def __init__(self, request: dict[str, Any]) -> None:
        who = request["principal"]
        self.action, self.resource = request["action"].lower(), request["resource"]
        self.who, self.account, self.name, self.kind = who, "", "", "service"
        if who == {"type": "Anonymous"}:
            self.kind = "anonymous"
        elif who.startswith("arn:"):
            self.account = who.split(":")[4]
            what, _, self.name = who.split(":", 5)[5].partition("/")
            self.kind = {"assumed-role": "session"}.get(what, what)
            if self.kind == "session":
                self.name, self.session = self.name.split("/")
        parts = self.resource.split(":")
        self.owner = request.get("resource_account") or (parts[4] if len(parts) > 4 and parts[4] else self.account)
        self.keys = {
            key.lower(): [text_of(each) for each in listed(value)] for key, value in request["context"].items()
        }
        own = self.own_keys()
        if request.get("resource_account") or (len(parts) > 4 and parts[4]):
            own["aws:resourceaccount"] = self.owner
        self.keys = {key: [value] for key, value in own.items()} | self.keys
        pairs = [key[22:] for key in request["context"] if key.lower().startswith("kms:encryptioncontext:")]
        if pairs and "kms:encryptioncontextkeys" not in self.keys:
            self.keys["kms:encryptioncontextkeys"] = pairs

    def own_keys(self) -> dict[str, str]:
        if self.kind == "anonymous":
            return {"aws:principalaccount": "anonymous", "aws:userid": "anonymous", "aws:principaltype": "Anonymous"}
        if self.kind == "service":
            return {"aws:principalisawsservice": "true", "aws:principalservicename": self.who}
        role = f"arn:aws:iam::{self.account}:role/{self.name}"
        keys = {
            "aws:principalarn": role if self.kind == "session" else self.who,
            "aws:principalaccount": self.account,
            "kms:calleraccount": self.account,
            "aws:principalisawsservice": "false",
            "aws:principaltype": {"user": "User", "root": "Account"}.get(self.kind, "AssumedRole"),
        }
        return keys | ({"aws:username": self.name.rpartition("/")[2]} if self.kind == "user" else {})

    def fill(self, text: str, version: str) -> str | None:
        """Put values in the place of variables, their wildcards made plain; None where one is missing."""
        if version != "2012-10-17":
            return text
        missing = False

        def value(found: re.Match[str]) -> str:
            nonlocal missing
            inside = found[1]
            if inside in ("*", "?", "$"):
                return {"*": "\x01", "?": "\x02", "$": "$"}[inside]
            name, comma, default = inside.partition(",")
            known = self.keys.get(name.strip().lower(), [default.strip().strip("'")] if comma else [])
            missing = missing or len(known) != 1
            return known[0].replace("*", "\x01").replace("?", "\x02") if known else ""

        filled = re.sub(r"\$\{([^{}]*)\}", value, text)
        return None if missing else filled


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def seconds(text: str) -> float | None:
    if re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?", text):
        full = text if "T" in text else f"{text}T00:00:00Z"
        return datetime.datetime.fromisoformat(full).timestamp()
    return number(text)


def compare(operator: str, wanted: str, given: str) -> bool:
    """Whether one value of the request is as one value of the policy asks; `wanted` has \\x01 and \\x02 for plain wildcards."""
    plain = wanted.replace("\x01", "*").replace("\x02", "?")
    match operator:
        case "StringEquals":
            return given == plain
        case "StringEqualsIgnoreCase":
            return given.lower() == plain.lower()
        case "StringLike":
            return like(wanted, given)
        case "Bool":
            return given.lower() == plain.lower()
        case "BinaryEquals":
            return base64.b64decode(given) == base64.b64decode(plain)
        case "ArnEquals" | "ArnLike":
            halves = wanted.split(":", 5), given.split(":", 5)
            return len(halves[1]) == 6 and all(like(*pair) for pair in zip(*halves, strict=True))
        case "IpAddress":
            try:
                return ipaddress.ip_address(given) in ipaddress.ip_network(plain, strict=False)
            except (ValueError, TypeError):
                return False
    read = number if operator.startswith("Numeric") else seconds
    left, right = read(given), read(plain)
    if left is None or right is None:
        return False
    outcome = {
        "Equals": left == right,
        "LessThan": left < right,
        "LessThanEquals": left <= right,
        "GreaterThan": left > right,
        "GreaterThanEquals": left >= right,
    }
    return outcome[operator.removeprefix("Numeric").removeprefix("Date")]


def condition_holds(facts: Facts, written: str, key: str, values: Any, version: str) -> bool:
    quantifier, _, name = written.rpartition(":")
    optional = name.endswith("IfExists")
    name = name.removesuffix("IfExists")
    given = facts.keys.get(key.lower(), [])
    if name == "Null":
        return any(text_of(value) == ("false" if given else "true") for value in listed(values))
    if quantifier and given == [""]:
        given = []
    negative = name in NEGATED
    if not given:
        return optional or quantifier == "ForAllValues" or (negative and not quantifier)
    if len(given) > 1 and not quantifier:
        return False
    name = NEGATED.get(name, name)
    wanted = [text_of(value) for value in listed(values)]
    if name.startswith(("String", "Arn")):
        wanted = [filled for value in wanted if (filled := facts.fill(value, version)) is not None]
    outcomes = [any(compare(name, value, each) for value in wanted) is not negative for each in given]
    return all(outcomes) if quantifier != "ForAnyValue" else any(outcomes)


def named(facts: Facts, element: Any) -> str:
    """How a principal is named: "", "account", "role" or "self"."""
    if element == "*":
        return "self"
    best = ""
    for kind, values in element.items():
        for value in listed(values):
            if kind == "AWS" and value == "*":
                return "self"
            if kind == "Service" and facts.kind == "service" and value == facts.who:
                return "self"
            if kind == "AWS" and facts.account:
                account = value if value.isdigit() else value.split(":")[4]
                if value.isdigit() or value.endswith(":root"):
                    if account == facts.account:
                        best = "self" if facts.kind == "root" else best or "account"
                elif value == facts.who and facts.kind != "role":
                    return "self"
                elif ":role/" in value and facts.kind in ("role", "session") and account == facts.account:
                    best = "role" if value.rpartition("/")[2] == facts.name.rpartition("/")[2] else best
                if best == "self":
                    return best
    return best


def applies(facts: Facts, statement: dict[str, Any], version: str) -> str:
    """How closely a statement that applies names who asks; "" if it does not apply."""
    if "Action" in statement:
        found = any(like(each.lower(), facts.action) for each in listed(statement["Action"]))
    else:
        found = not any(like(each.lower(), facts.action) for each in listed(statement["NotAction"]))
    if not found:
        return ""
    for name in ("Resource", "NotResource"):
        if name in statement:
            filled = [facts.fill(each, version) for each in listed(statement[name])]
            covered = any(like(each, facts.resource, confined=True) for each in filled if each is not None)
            if covered is (name == "NotResource"):
                return ""
    if not all(
        condition_holds(facts, operator, key, values, version)
        for operator, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ):
        return ""
    return named(facts, statement["Principal"]) if "Principal" in statement else "self"


def heard(facts: Facts, documents: list[Any]) -> tuple[bool, str]:
    """Whether a Deny applies, and how closely the best Allow names who asks."""
    denied, best = False, ""
    order = ["", "account", "role", "self"]
    for document in documents:
        version = document.get("Version", "2008-10-17")
        for statement in listed(document["Statement"]):
            how = applies(facts, statement, version)
            if how and statement["Effect"] == "Deny":
                denied = True
            elif how:
                best = max(best, how, key=order.index)
    return denied, best


def decide(request: dict[str, Any], policies: dict[str, Any]) -> str:
    """The decision on a request, by the flow chart of IAM's guide."""
    facts = Facts(request)
    identity = facts.kind not in ("service", "anonymous")
    boundary = policies["permissions_boundaries"] if identity and facts.kind != "root" else []
    session = listed(policies["session_policy"]) if identity and policies["session_policy"] else []
    levels = policies["service_control_policies"] if identity else []
    controls = policies["resource_control_policies"] if facts.action.split(":")[0] in RESOURCE_CONTROLLED else []
    resource = [policies["resource_policy"]] if policies["resource_policy"] else []
    own = heard(facts, policies["identity_policies"]) if identity else (False, "")
    theirs = heard(facts, resource)
    limits = [heard(facts, each) for each in (boundary, session) if each]
    rails = [heard(facts, each) for each in levels] + (
        [heard(facts, policies["endpoint_policies"])] if policies["endpoint_policies"] else []
    )
    if any(denied for denied, _ in [own, theirs, *limits, *rails, *(heard(facts, each) for each in controls)]):
        return "explicitly_denied"
    if facts.kind == "root" and facts.action == "sts:assumerole":
        return "implicitly_denied"
    for level in controls:
        effects = [statement["Effect"] for document in level for statement in listed(document["Statement"])]
        if "Allow" in effects and not heard(facts, level)[1]:
            return "implicitly_denied"
    if not all(best for _, best in rails):
        return "implicitly_denied"
    limited = not all(best for _, best in limits)
    if not identity:
        return "allowed" if theirs[1] else "implicitly_denied"
    own_allows = (bool(own[1]) or facts.kind == "root") and not limited
    if facts.account != facts.owner:
        local = facts.action in ("kms:putkeypolicy", "kms:schedulekeydeletion") and ":key/" in facts.resource
        return "allowed" if theirs[1] and own_allows and not local else "implicitly_denied"
    if theirs[1] == "self" or (theirs[1] == "role" and not limited):
        return "allowed"
    governed = (facts.action.startswith("kms:") and (bool(resource) or ":key/" in facts.resource)) or (
        facts.action.startswith("sts:") and ":role/" in facts.resource
    )
    return "allowed" if own_allows and (theirs[1] or not governed) else "implicitly_denied"
