"""
KMS grants: permissions on one key, given to one principal, for certain operations and encryption contexts.

Source: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html, …/APIReference/API_GrantConstraints.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from keyturn.graph import Unknown
from keyturn.policy.condition import Truth
from keyturn.policy.principal import BadRequest, Kind, Principal, identify
from keyturn.policy.request import Request
from keyturn.policy.statement import Names, Statement

OPERATIONS = (
    *(
        "CreateGrant",
        "Decrypt",
        "DeriveSharedSecret",
        "DescribeKey",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyPair",
    ),
    *("GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "GetPublicKey"),
    *("ReEncryptFrom", "ReEncryptTo", "RetireGrant", "Sign", "Verify", "VerifyMac"),
)
"""What a grant can allow."""

_UNCONSTRAINED = ("DescribeKey", "RetireGrant")
"""Operations that have no encryption context, so that a grant's constraints do not hold for them."""


@dataclass(frozen=True, slots=True)
class Grant:
    """
    A grant on a key.

    Attributes:
        grantee: Who may use the key by it: the ARN of a user, role, session, account root, or a service principal.
        operations: What for, e.g. `Decrypt`; of OPERATIONS.
        encryption_context_equals: Exactly this encryption context is asked for, when it is given.
        encryption_context_subset: At least these pairs are asked for.
        name: What to call it when it decides.
    """

    grantee: str
    operations: frozenset[str]
    encryption_context_equals: Mapping[str, str] | None = None
    encryption_context_subset: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    name: str = ""

    def __post_init__(self) -> None:
        for operation in self.operations:
            if operation not in OPERATIONS:
                raise BadRequest(f"grant: `{operation}` is not an operation that a grant can allow")

    def statement(self, index: int) -> Statement:
        """The grant as a statement of Allow, which has operations, constraints and a grantee in place of the usual elements."""
        names = _names(identify(self.grantee))
        return Statement(
            index,
            self.name,
            "Allow",
            action=self._allows,
            resource=self._constraint,
            principal=lambda request: names.reach(request.principal),
            conditions=(),
            elements=("Operations", "Constraints", "GranteePrincipal"),
        )

    def _allows(self, request: Request) -> bool:
        return any(request.action_key == f"kms:{operation}".lower() for operation in self.operations)

    def _constraint(self, request: Request) -> Truth:
        """Whether the request's encryption context is as the grant asks; keys and values are compared letter by letter."""
        if any(request.action_key == f"kms:{operation}".lower() for operation in _UNCONSTRAINED):
            return True
        given = request.encryption_context
        wanted = dict(self.encryption_context_subset) | dict(self.encryption_context_equals or {})
        if self.encryption_context_equals is not None and given.keys() != self.encryption_context_equals.keys():
            return False
        unknown: Unknown | None = None
        for key, value in wanted.items():
            found = given.get(key)
            if isinstance(found, Unknown):
                unknown = found
            elif found != value:
                return False
        return unknown or True


def _names(grantee: Principal) -> Names:
    match grantee.kind:
        case Kind.ROOT:
            return Names(accounts=frozenset({grantee.account}))
        case Kind.ROLE:
            return Names(roles=frozenset({(grantee.account, grantee.name)}))
        case Kind.SERVICE | Kind.FEDERATED | Kind.CANONICAL:
            return Names(others=frozenset({(grantee.kind, grantee.text)}))
        case Kind.ANONYMOUS:
            raise BadRequest("grant: its grantee must be a principal of an account, or a service")
    return Names(arns=frozenset({grantee.text}))
