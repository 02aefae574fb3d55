"""
KMS grants: permissions on one key, given to one principal, for certain operations and encryption contexts.

Sources: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html,
https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html,
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html,
https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from keyturn.graph import Unknown
from keyturn.policy.condition import Truth, every
from keyturn.policy.elements import ResourceTest
from keyturn.policy.identify import BadRequest, identify
from keyturn.policy.naming import Names, Naming
from keyturn.policy.principal import ELEMENTS, Kind, Reach, other_name
from keyturn.policy.request import ENCRYPTION_CONTEXT, ENCRYPTION_CONTEXT_KEYS, Request
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
_RETIRE = frozenset({"RetireGrant"})
_ELEMENTS = ("Operations", "Constraints", "GranteePrincipal")
_SOURCE_DISPUTED = Unknown(
    "AWS's pages disagree on whether a grant's SourceArn is asked of callers that are no services"
)
_CASE_DISPUTED = Unknown("AWS's pages disagree on whether the keys of a grant's encryption context have case")
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Grant:
    """
    A grant on a key.

    Attributes:
        grantee: Who may use the key by it: the ARN of a user, role, session or account root, or a service principal.
        operations: What for, e.g. `Decrypt`; of OPERATIONS.
        encryption_context_equals: The encryption context that requests must have, no more and no less.
        encryption_context_subset: Pairs that requests must have among others; a grant has one of these two.
        source_arn: The resource on whose behalf requests must be made.
        retiring_principal: Who may retire the grant.
        name: What to call it when it decides.

    Raises:
        BadRequest: There is no such operation, a principal is not one that can hold a grant, or it has both constraints.
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
        if self.encryption_context_equals is not None and self.encryption_context_subset:
            raise BadRequest("grant: an encryption context is to be equal or a subset, not both")
        _holder(self.grantee)
        if self.retiring_principal:
            _holder(self.retiring_principal)

    def statements(self, number: int, request: Request) -> Iterator[Statement]:
        """
        The grant as statements of Allow, which have operations, constraints and a grantee in place of the usual elements.

        It may be retired by its grantee, if it says so, by its retiring principal, and by the account in which it was made, which is
        taken to be the key's.
        """
        yield self._statement(number, _named(self.grantee), self.operations, self._as_constrained)
        if request.action_key == "kms:retiregrant":
            yield self._statement(number, _key_s_account, _RETIRE, None)
            if self.retiring_principal:
                yield self._statement(number, _named(self.retiring_principal), _RETIRE, None)

    def _statement(
        self, number: int, who: Naming, operations: frozenset[str], constraints: ResourceTest | None
    ) -> Statement:
        allowed = frozenset(f"kms:{operation}".lower() for operation in operations)
        return Statement(
            number,
            self.name,
            "Allow",
            action=allowed.__contains__,
            resource=constraints,
            principal=who,
            conditions=(),
            elements=_ELEMENTS,
        )

    def _as_constrained(self, request: Request) -> Truth:
        """Whether a request is as the constraints ask."""
        return every([self._hands_on(request), self._for_the_source(request), self._in_the_encryption_context(request)])

    def _hands_on(self, request: Request) -> Truth:
        """Whether a grant that is made by this one allows no more than it."""
        if request.action_key != "kms:creategrant":
            return True
        operations = request.context.get("kms:grantoperations", ())
        known = [each if isinstance(each, Unknown) else each in self.operations for each in operations]
        return every([*known, self._as_strict(request)])

    def _as_strict(self, request: Request) -> Truth:
        """Whether it is constrained in the same way: pairs that must be equal are stricter than those that must be among others."""
        if self.encryption_context_equals is None:
            return True
        kind = request.context.get("kms:grantconstrainttype", ("",))[0]
        return kind if isinstance(kind, Unknown) else kind == "EncryptionContextEquals"

    def _for_the_source(self, request: Request) -> Truth:
        if not self.source_arn or request.action_key == "kms:retiregrant":
            return True
        source = request.context.get("aws:sourcearn", ("",))[0]
        if source == self.source_arn or isinstance(source, Unknown):
            return source if isinstance(source, Unknown) else True
        return False if request.principal.kind is Kind.SERVICE else _SOURCE_DISPUTED

    def _in_the_encryption_context(self, request: Request) -> Truth:
        """For operations that have an encryption context; keys that differ in case alone are a matter of dispute."""
        equals = self.encryption_context_equals
        wanted = self.encryption_context_subset if equals is None else equals
        if request.action_key not in _WITH_ENCRYPTION_CONTEXT or (equals is None and not wanted):
            return True
        given = {
            key: value[0] for key, value in request.context.items() if key.startswith(ENCRYPTION_CONTEXT) and value
        }
        folded = {ENCRYPTION_CONTEXT + key.lower(): value for key, value in wanted.items()}
        if equals is not None and given.keys() != folded.keys():
            return False
        found = [(given.get(key), value) for key, value in folded.items()]
        same = [value if isinstance(value, Unknown) else value == asked for value, asked in found]
        names = request.context.get(ENCRYPTION_CONTEXT_KEYS, ())
        return every([*same, True if wanted.keys() <= set(names) else _CASE_DISPUTED])


def _named(who: str) -> Naming:
    names = _holder(who)
    return lambda request: names.reach(request.principal)


def _key_s_account(request: Request) -> Reach:
    if not request.own_account or not request.principal.identity:
        return Reach.NONE
    return Reach.DIRECT if request.principal.kind is Kind.ROOT else Reach.ACCOUNT


def _holder(who: str) -> Names:
    """Who holds a grant, as a Principal element would name it."""
    asking = identify(who)
    names = Names()
    if asking.kind is Kind.SERVICE:
        names.named.add(other_name(ELEMENTS[asking.kind], asking.text))
    elif not asking.identity or not names.add(asking.text):
        raise BadRequest(
            f"grant: `{short(who)}` cannot hold a grant", hint="users, roles, sessions, accounts and services can"
        )
    return names
