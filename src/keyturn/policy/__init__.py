"""
Authorization as pure functions: a request and policies in, a decision and its reasons out.

    >>> from keyturn.policy import Request, evaluate
    >>> evaluate(Request("lambda.amazonaws.com", "sns:Publish", topic), resource_policy=policy).allowed

`kms` has what is different for keys. `docs/policy.md` tells what is modelled, and from which pages.
"""

from keyturn.policy import kms
from keyturn.policy.decision import Cited, Decision, Unmatched
from keyturn.policy.document import Document, parse, read
from keyturn.policy.evaluate import evaluate
from keyturn.policy.fault import Fault, Faults, Malformed
from keyturn.policy.grant import Grant
from keyturn.policy.identify import BadRequest, identify
from keyturn.policy.principal import Principal
from keyturn.policy.request import Request
from keyturn.policy.spelling import unknown_actions
from keyturn.policy.statements import Sort

__all__ = [
    "BadRequest",
    "Cited",
    "Decision",
    "Document",
    "Fault",
    "Faults",
    "Grant",
    "Malformed",
    "Principal",
    "Request",
    "Sort",
    "Unmatched",
    "evaluate",
    "identify",
    "kms",
    "parse",
    "read",
    "unknown_actions",
]
