"""Random requests and policies in a small world, so that what they say of one another is often something."""

from __future__ import annotations

from random import Random
from typing import Any

ACCOUNTS = ("111122223333", "444455556666")
NAMES = ("app", "ops")
SERVICES = ("logs.us-east-1.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com")
ACTIONS = (
    "kms:Decrypt",
    "kms:PutKeyPolicy",
    "s3:GetObject",
    "s3:PutObject",
    "sqs:SendMessage",
    "sts:AssumeRole",
    "lambda:InvokeFunction",
)
ACTION_PATTERNS = (
    *ACTIONS,
    "*",
    "kms:*",
    "s3:*Object",
    "s3:?etObject",
    "KMS:DECRYPT",
    "*:*",
    "sqs:Send*",
    "sts:*",
    "lambda:*Function",
)
RESOURCES = (
    "arn:aws:kms:us-east-1:111122223333:key/1",
    "arn:aws:s3:::bucket/team/a:b.jpg",
    "arn:aws:s3:::bucket/app",
    "arn:aws:sqs:us-east-1:111122223333:q",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:lambda:eu-west-1:444455556666:function:f",
    "*",
)
RESOURCE_PATTERNS = (
    *RESOURCES,
    "arn:aws:s3:::bucket/*",
    "arn:aws:s3:::bucket/*.jpg",
    "arn:aws:s3:::b?cket/${aws:username}",
    "arn:aws:s3:::bucket/${aws:PrincipalTag/team, 'app'}/*",
    "arn:aws:kms:*:*:key/*",
    "arn:aws:kms:us-*-1:111122223333:key/?",
    "arn:aws:*:us-east-1:*:*",
    "arn:*:*:us-*:*:q",
    "arn:aws:lambda:*:*:*",
)
ARNS = tuple(
    arn
    for account in ACCOUNTS
    for name in NAMES
    for arn in (
        f"arn:aws:iam::{account}:user/{name}",
        f"arn:aws:iam::{account}:role/{name}",
        f"arn:aws:sts::{account}:assumed-role/{name}/s1",
    )
)
PRINCIPALS = (*ARNS, *SERVICES, *(f"arn:aws:iam::{account}:root" for account in ACCOUNTS), {"type": "Anonymous"})
TEXTS = ("a", "A", "ab", "b*", "")
VALUES: dict[str, tuple[tuple[str, ...], tuple[Any, ...]]] = {
    # By family of operators: the values that requests have, and those that policies ask for.
    "String": (TEXTS, (*TEXTS, "*", "a?", "?*", "${aws:username}", "x${*}", "${aws:PrincipalTag/team}*", "app")),
    "Numeric": (("1", "2", "2.5", "x"), ("1", "2.0", 3, "-1")),
    "Date": (
        ("2026-01-01", "2026-01-02T00:00:00Z", "1767225600", "x"),
        ("2026-01-01", "2026-01-01T12:00:00Z", "1767312000"),
    ),
    "Bool": (("true", "false", "TRUE"), (True, "false", "True")),
    "Ip": (("10.0.0.1", "10.0.1.1", "2001:db8::1", "x"), ("10.0.0.0/24", "10.0.1.1", "2001:db8::/32")),
    "Arn": (
        (*ARNS[:4], "arn:aws:sns:us-east-1:1:t", "x"),
        ("arn:aws:iam::*:user/*", "arn:aws:*:us-*-1:1:t", *ARNS[:2]),
    ),
    "Binary": (("YWJj", "eHl6"), ("YWJj",)),
}
OPERATORS = (
    *(
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ),
    *(
        f"{kind}{how}"
        for kind in ("Numeric", "Date")
        for how in ("Equals", "NotEquals", "LessThan", "GreaterThanEquals")
    ),
    *(
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
        "Null",
    ),
)


def family(operator: str) -> str:
    return next(name for name in VALUES if name in operator)


def some(random: Random, choices: Any, most: int = 2) -> Any:
    """One value by itself, or a list of some."""
    if random.random() < 0.6:
        return random.choice(choices)
    return [random.choice(choices) for _ in range(random.randint(0, most))]


def condition(random: Random) -> dict[str, Any]:
    operator = random.choice(OPERATORS)
    if operator == "Null":
        return {
            "Null": {
                random.choice(("test:Numeric", "test:Arn", "aws:username")): random.choice(("true", "false", True))
            }
        }
    kind = family(operator)
    own = {
        "Arn": "aws:PrincipalArn",
        "String": random.choice(("aws:PrincipalType", "aws:PrincipalAccount", "kms:EncryptionContextKeys")),
    }
    key = own[kind] if kind in own and random.random() < 0.2 else f"test:{kind}"
    written = (
        random.choice(("", "", "", "ForAllValues:", "ForAnyValue:")) + operator + random.choice(("", "", "IfExists"))
    )
    return {written: {key: some(random, VALUES[kind][1], 3)}}


def principal_element(random: Random) -> Any:
    if random.random() < 0.3:
        return random.choice(("*", {"AWS": "*"}))
    aws = (*ARNS, *ACCOUNTS, f"arn:aws:iam::{ACCOUNTS[0]}:root")
    return random.choice(
        (
            {"AWS": some(random, aws)},
            {"Service": some(random, SERVICES)},
            {"AWS": random.choice(aws), "Service": random.choice(SERVICES)},
        )
    )


def statement(random: Random, *, names: bool, deny: float = 0.25) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": "Deny" if random.random() < deny else "Allow"}
    made["NotAction" if random.random() < 0.1 else "Action"] = (
        some(random, ACTION_PATTERNS, 3) if random.random() < 0.8 else "*"
    )
    made["NotResource" if random.random() < 0.1 else "Resource"] = (
        some(random, RESOURCE_PATTERNS, 3) if random.random() < 0.5 else "*"
    )
    if names:
        made["Principal"] = principal_element(random)
    if random.random() < 0.4:
        made["Condition"] = condition(random) | (condition(random) if random.random() < 0.3 else {})
    return made


def document(random: Random, *, names: bool = False, deny: float = 0.25) -> dict[str, Any]:
    statements: Any = [statement(random, names=names, deny=deny) for _ in range(random.randint(0, 3))]
    version = {} if random.random() < 0.1 else {"Version": random.choice(("2012-10-17", "2012-10-17", "2008-10-17"))}
    return {**version, "Statement": statements[0] if len(statements) == 1 and random.random() < 0.5 else statements}


def policies(random: Random) -> dict[str, Any]:
    """One policy set, as the arguments of `evaluate`."""
    wide = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}

    def now_and_then(chance: float, make: Any) -> Any:
        return make() if random.random() < chance else None

    return {
        "identity_policies": [document(random) for _ in range(random.randint(0, 2))],
        "resource_policy": now_and_then(0.7, lambda: document(random, names=True)),
        "permissions_boundaries": now_and_then(0.2, lambda: [document(random, deny=0.1)]) or [],
        "session_policy": now_and_then(0.2, lambda: document(random, deny=0.1)),
        "service_control_policies": now_and_then(
            0.2, lambda: [[wide], [document(random, deny=0.3), wide][: random.randint(0, 2)]]
        )
        or [],
        "resource_control_policies": now_and_then(0.2, lambda: [[document(random, names=True, deny=0.8)]]) or [],
        "endpoint_policies": now_and_then(
            0.1,
            lambda: [{"Version": "2012-10-17", "Statement": [{**statement(random, names=False), "Principal": "*"}]}],
        )
        or [],
    }


def request(random: Random) -> dict[str, Any]:
    """One request, as the arguments of `Request`."""
    context: dict[str, Any] = {}
    for kind, (given, _) in VALUES.items():
        if random.random() < 0.6:
            context[f"test:{kind}"] = (
                random.choice(given)
                if random.random() < 0.8
                else [random.choice(given) for _ in range(random.randint(0, 2))]
            )
    if random.random() < 0.4:
        context["aws:PrincipalTag/team"] = random.choice(("team", "a", "*"))
    if random.random() < 0.3:
        context["kms:EncryptionContext:AppName"] = "a"
    made = {
        "principal": random.choice(PRINCIPALS),
        "action": random.choice(ACTIONS),
        "resource": random.choice(RESOURCES),
        "context": context,
    }
    return made if random.random() < 0.5 else made | {"resource_account": random.choice(ACCOUNTS)}
