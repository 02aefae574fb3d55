"""
Whether a bucket's policy is public, as S3 Block Public Access has it.

S3 takes a policy for public unless each of its statements that allow something is for fixed principals, or is limited to fixed values of
some condition keys: values without wildcards and policy variables. What its page leaves open is unknown here. A principal and a value that
are known only at deployment, such as a parameter's, are taken for fixed ones: who means everybody writes `*`.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html ("The meaning of public"),
read 2026-11-28.
"""

from __future__ import annotations

from collections.abc import Sequence

from keyturn.graph import Unknown
from keyturn.policy.condition import Condition, Quantifier, Truth, every
from keyturn.policy.document import Document
from keyturn.policy.match import Tokens, Wild, plain
from keyturn.policy.principal import Reach
from keyturn.policy.request import Request
from keyturn.policy.statement import Statement
from keyturn.policy.values import network
from keyturn.policy.variable import fixed

LIMITING = frozenset(
    [
        *("aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:sourceip"),
        *(
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principalarn",
            "aws:principalaccount",
            "aws:principalservicename",
        ),
        *("s3:dataaccesspointarn", "s3:dataaccesspointaccount"),
    ]
)
"""Of these keys, fixed values make a statement one that is not public. `aws:userid` is not here: what of it counts depends on its form."""

OF_ANYBODY = frozenset(
    [
        *("aws:securetransport", "aws:referer", "aws:useragent", "aws:currenttime", "aws:epochtime", "s3:tlsversion"),
        *(
            "s3:prefix",
            "s3:delimiter",
            "s3:max-keys",
            "s3:x-amz-acl",
            "s3:x-amz-server-side-encryption",
            "s3:x-amz-storage-class",
        ),
    ]
)
"""Keys that anybody can meet, none of which is in the page's list."""

_NAMES = ("aws:sourcevpc", "aws:sourcevpce")
"""Keys of which the page says that a wildcard anywhere in the value makes it public."""
_BROADEST = {4: 8, 6: 32}
"""The shortest prefix of a block of addresses that is not public, by the version of IP."""
_ANYBODY = Request({"type": "Anonymous"}, "s3:GetObject", "arn:aws:s3:::bucket/object")


def public(document: Document) -> Statement | Unknown | None:
    """The first statement that makes a bucket's policy public; None where it is not, Unknown where AWS's page does not decide."""
    found = [(each, _lets_anybody_in(each)) for each in document.statements if each.effect != "Deny"]
    sure = next((statement for statement, truth in found if truth is True), None)
    if sure is None:
        return next((truth for _, truth in found if isinstance(truth, Unknown)), None)
    if any(_may_narrow(each) for each in document.statements if each.effect != "Allow"):
        return Unknown("AWS does not say whether what a statement denies makes a policy less public")
    return sure


def _lets_anybody_in(statement: Statement) -> Truth:
    if isinstance(statement.effect, Unknown):
        return statement.effect
    reach = _reaches_anybody(statement)
    if reach is not True:
        return reach
    limits = [_limits(each) for each in statement.conditions]
    if True in limits:
        return False
    return next((each for each in (*statement.unknown, *limits) if isinstance(each, Unknown)), True)


def _reaches_anybody(statement: Statement) -> Truth:
    if statement.elements[2] == "NotPrincipal":
        return Unknown("AWS does not say whether NotPrincipal makes a policy public")
    return statement.principal is not None and statement.principal(_ANYBODY) is Reach.DIRECT


def _may_narrow(statement: Statement) -> bool:
    """Whether a statement that denies may take from everybody what another one gives; what denies clear text, for instance, does not."""
    if isinstance(statement.effect, Unknown):
        return True
    harmless = statement.conditions and all(each.key.lower() in OF_ANYBODY for each in statement.conditions)
    return _reaches_anybody(statement) is not False and (not harmless or bool(statement.unknown))


def _limits(condition: Condition) -> Truth:
    """Whether a condition is for fixed values only."""
    key = condition.key.lower()
    if key in OF_ANYBODY:
        return False
    plainly = condition.quantifier is not Quantifier.ALL and not condition.if_exists and not condition.operator.negated
    if key not in LIMITING or not plainly or condition.operator.name == "Null":
        return Unknown(f"AWS does not say whether `{condition.written}` on {condition.key} makes a policy less public")
    values = [value if isinstance(value, Unknown) else fixed(value) for value in condition.values]
    return every([_is_fixed(value, key, condition) for value in values])


def _is_fixed(value: Tokens | Unknown | None, key: str, condition: Condition) -> Truth:
    if isinstance(value, Unknown):
        return True
    if value is None:
        return Unknown(f"AWS does not say what a policy variable in {condition.key} makes of a policy")
    if key == "aws:sourceip":
        return _is_narrow(plain(value))
    if not condition.operator.family.wildcards or all(isinstance(token, str) for token in value):
        return True
    if value == (Wild.ANY,) or key in _NAMES:
        return False
    if key == "s3:dataaccesspointarn" and _fixes_account(value):
        return True
    return Unknown(f"AWS does not say whether `{plain(value)}` of {condition.key} is fixed enough")


def _is_narrow(block: str) -> Truth:
    found = network(block)
    if found is None:
        return Unknown(f"`{block}` is no block of addresses")
    return found.prefixlen >= _BROADEST[found.version] or (found.version == 4 and found.is_private)


def _fixes_account(value: Sequence[str | Wild]) -> bool:
    """Whether an access point's ARN has wildcards behind its account only."""
    first = value[0]
    return isinstance(first, str) and first.count(":") >= 5 and first.split(":")[4].isdigit()
