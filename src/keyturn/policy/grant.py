"""
KMS grants: permissions on one key, given to one principal, for certain operations and encryption contexts.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html,
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html,
https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from keyturn.graph import Unknown
from keyturn.policy.condition import Truth
from keyturn.policy.elements import ResourceTest
from keyturn.policy.naming import Names
from keyturn.policy.principal import BadRequest, Kind, identify
from keyturn.policy.request import ENCRYPTION_CONTEXT, Request
from keyturn.policy.statement import Statement
from keyturn.policy.wording import short

# botocore 1.44.5, `kms/2014-11-01/service-2.json`, shape GrantOperation.
_GRANTABLE = """
CreateGrant Decapsulate Decrypt DeriveSharedSecret DescribeKey Encapsulate Encrypt GenerateDataKey GenerateDataKeyPair
GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext GenerateMac GetPublicKey ReEncryptFrom ReEncryptTo RetireGrant
Sign Verify VerifyMac
"""
OPERATIONS = frozenset(_GRANTABLE.split())
"""What a grant can allow."""

# https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-encryption-context, "API operations".
_SYMMETRIC = """
CreateGrant Decrypt Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext GenerateDataKeyWithoutPlaintext
ReEncryptFrom ReEncryptTo
"""
_WITH_ENCRYPTION_CONTEXT = frozenset(f"kms:{name}".lower() for name in _SYMMETRIC.split())
_ELEMENTS = ("Operations", "Constraints", "GranteePrincipal")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Grant:
    """
    A grant on a key.

    Attributes:
        grantee: Who may use the key by it: the ARN of a user, role, session or account root, or a service principal.
        operations: What for, e.g. `Decrypt`; of OPERATIONS.
        encryption_context_equals: The encryption context that requests must have, no more and no less. Keys are compared without
            regard to case here and below, values with.
        encryption_context_subset: Pairs that requests must have among others.
        source_arn: The resource on whose behalf requests must be made.
        retiring_principal: Who may retire the grant.
        name: What to call it when it decides.

    Raises:
        BadRequest: There is no such operation, or a principal is not one that can hold a grant.
    """

    grantee: str
    operations: frozenset[str]
    encryption_context_equals: Mapping[str, str] | None = None
    encryption_context_subset: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    source_arn: str = ""
    retiring_principal: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        for operation in sorted(self.operations - OPERATIONS):
            raise BadRequest(f"grant: `{short(operation)}` is not an operation that a grant can allow")
        _holder(self.grantee)
        if self.retiring_principal:
            _holder(self.retiring_principal)

    def statements(self, index: int) -> Iterator[Statement]:
        """The grant as statements of Allow, which have operations, constraints and a grantee in place of the usual elements."""
        yield self._statement(index, self.grantee, self.operations, self._as_constrained)
        if self.retiring_principal:
            yield self._statement(index, self.retiring_principal, frozenset({"RetireGrant"}), None)

    def _statement(
        self, index: int, who: str, operations: frozenset[str], constraints: ResourceTest | None
    ) -> Statement:
        names = _holder(who)
        allowed = frozenset(f"kms:{operation}".lower() for operation in operations)
        return Statement(
            index,
            self.name,
            "Allow",
            action=allowed.__contains__,
            resource=constraints,
            principal=lambda request: names.reach(request.principal),
            conditions=(),
            elements=_ELEMENTS,
        )

    def _as_constrained(self, request: Request) -> Truth:
        """Whether a request is as the constraints ask; those on the encryption context hold for operations that have one."""
        if self.source_arn and request.action_key != "kms:retiregrant":
            source = request.context.get("aws:sourcearn", ("",))[0]
            if source != self.source_arn:
                return source if isinstance(source, Unknown) else False
        if request.action_key not in _WITH_ENCRYPTION_CONTEXT:
            return True
        given = {
            key: value[0] for key, value in request.context.items() if key.startswith(ENCRYPTION_CONTEXT) and value
        }
        equals = {
            ENCRYPTION_CONTEXT + key.lower(): value for key, value in (self.encryption_context_equals or {}).items()
        }
        subset = {ENCRYPTION_CONTEXT + key.lower(): value for key, value in self.encryption_context_subset.items()}
        if self.encryption_context_equals is not None and given.keys() != equals.keys():
            return False
        pairs = [(given.get(key), value) for key, value in [*equals.items(), *subset.items()]]
        if any(found != value and not isinstance(found, Unknown) for found, value in pairs):
            return False
        return next((found for found, _ in pairs if isinstance(found, Unknown)), True)


def _holder(who: str) -> Names:
    """Who holds a grant, as a Principal element would name it."""
    asking = identify(who)
    names = Names()
    if asking.kind is Kind.SERVICE:
        names.others.add((asking.kind, asking.text))
    elif asking.kind in (Kind.ANONYMOUS, Kind.FEDERATED, Kind.CANONICAL) or not names.add(asking.text):
        raise BadRequest(
            f"grant: `{short(who)}` cannot hold a grant", hint="users, roles, sessions, accounts and services can"
        )
    return names
