"""
May a service use a KMS key? The key's policy is evaluated for what the service does, under the name and with the circumstances it does
it.

A service that calls KMS as itself is never let in by the account's identity policies, nor by the policy of an AWS managed key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict
from keyturn.checks.evidence.documents import parsed
from keyturn.facts.error import AwsError
from keyturn.facts.keys import KeyUser
from keyturn.graph import Graph, Ref, Resource, Site, Text, Unknown, Value
from keyturn.policy import Decision, Document, Faults, Malformed, Request, Sort, kms, parse
from keyturn.policy.condition import Truth

KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
Circumstances: TypeAlias = Mapping[str, str | Unknown]
"""Condition keys and what they hold in a request."""

UNDOCUMENTED = Unknown("whether the service sends this condition key is not documented")
_SOURCE_KEYS = ("aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceOrgPaths")
_RANK = ("undecided", "implicitly_denied", "explicitly_denied")


@dataclass(frozen=True, slots=True)
class Use:
    """
    What a service does with a key.

    Attributes:
        user: The service.
        site: The property of the user's that makes it use the key.
        purpose: What it does, as the end of a sentence: `to publish alarm Cpu to Alerts`.
        sends: Condition keys that it is known to send. Those that say on whose behalf it calls are taken for unknown unless they stand
            here, or the service is documented not to send them.
        likely: What is sent where only its form is documented. A policy that lets the service in with this is right; one that
            does not is undecided.
        only: The condition under which the fix lets it in.
        error: What AWS answers at deployment.
        verdict: Where it differs from the check's.
        also_known_as: Other names under which it is let in.
        sid: What the fix calls its statement.
        scope: What the fix says of `only`: `for this log group only`.
    """

    user: KeyUser
    site: Site
    purpose: str
    sends: Circumstances = field(default_factory=dict)
    likely: Circumstances = field(default_factory=dict)
    only: Mapping[str, Value] = field(default_factory=dict)
    error: AwsError | None = None
    verdict: Verdict | None = None
    also_known_as: tuple[str, ...] = ()
    sid: str = ""
    scope: str = ""

    @property
    def circumstances(self) -> Circumstances:
        """All that policies see of the service's calls."""
        silent = {key.lower() for key in self.user.silent_on}
        return {key: UNDOCUMENTED for key in _SOURCE_KEYS if key.lower() not in silent} | dict(self.sends)


def may_use(holder: Resource, *path: str | int, use: Use, graph: Graph, otherwise: Value = None) -> Iterator[Outcome]:
    """
    Tell whether the key that a property names lets a service use it; silence means that it does.

    Args:
        holder, path: The resource that is encrypted, and its property that names the key.
        otherwise: The key that is used where the property names none.
    """
    named = holder.get(*path)
    named = otherwise if named is None else named
    if named is None or named == "":  # Which stands for no key of one's own.
        return
    key = graph.follow(holder, *path, types=KEYS)
    if key is None:
        yield _undeclared(holder, *path, named=named, use=use)
        return
    written = key.get("KeyPolicy")
    if isinstance(written, Unknown):
        yield Undecided(key.at("KeyPolicy"), written.because)
        return
    default = kms.default_key_policy(key.account, key.partition)
    document = parsed(key, ("KeyPolicy",), Sort.RESOURCE) if written else parse(default, Sort.RESOURCE)
    if isinstance(document, Faults):
        told = Malformed("key_policy", document)
        yield Undecided(key.at("KeyPolicy"), f"the key policy is malformed: {told}")
        return
    decisions = _decisions(key, document, use)
    denied = [action for action, decision in decisions.items() if decision.decision.endswith("denied")]
    unsure = [decision for decision in decisions.values() if not decision.allowed]
    if denied and (because := _may_be_granted(key, graph)):
        yield Undecided(key.at("KeyPolicy"), f"{because}, and may grant its use to {use.user.principal}")
    elif denied:
        yield _finding(key, holder.at(*path), use, denied, decisions[denied[0]])
    elif unsure:
        yield Undecided(key.at("KeyPolicy"), unsure[0].because)


def one_per_service(uses: Iterable[Use]) -> Iterator[Use]:
    """The first use by each service: what keeps it from one keeps it from the others."""
    told: set[str] = set()
    for use in uses:
        if use.user.principal not in told:
            told.add(use.user.principal)
            yield use


def aws_managed(named: Value) -> bool:
    """Whether a key is an AWS managed one, by the alias that all of those have."""
    return isinstance(named, str) and named.rpartition(":")[2].startswith("alias/aws/")


def account(resource: Resource) -> Text:
    """The account that a resource will live in, as a reference."""
    return Text(resource.account, (Ref("AWS::AccountId"),))


def own_account(resource: Resource) -> Mapping[str, Value]:
    """A condition under which a service acts for this account only."""
    return {"StringEquals": {"aws:SourceAccount": account(resource)}}


def some(service: str, resource: Resource, name: str, *, everywhere: bool = False) -> dict[str, str | Unknown]:
    """The ARN that a service is likely to send, of which only the form is documented; `everywhere` leaves its region out."""
    region = "" if everywhere else resource.region
    return {"aws:SourceArn": f"arn:{resource.partition}:{service}:{region}:{resource.account}:{name}"}


def by_way_of_s3() -> dict[str, str | Unknown]:
    """What is added when it is S3 that asks KMS, for a service that writes or reads objects as itself."""
    because = Unknown("what policies see when S3 asks KMS for a service is not documented")
    return {"kms:ViaService": because, "kms:EncryptionContext:aws:s3:arn": because}


def on_behalf_of(resource: Resource) -> dict[str, str | Unknown]:
    """What a service sends that says on behalf of which resource it calls."""
    arn = resource.arn if resource.arn is not None else Unknown(f"the ARN of {resource.type} is not modelled")
    return {"aws:SourceAccount": resource.account, "aws:SourceArn": arn}


def _undeclared(holder: Resource, *path: str | int, named: Value, use: Use) -> Outcome:
    if isinstance(named, Unknown):
        return Undecided(holder.at(*path), named.because)
    if not aws_managed(named):
        return Undecided(holder.at(*path), "the key, and so its policy, is not declared here")
    return Finding(
        at=holder.at(*path),
        message=f"{use.user.principal} may not use the AWS managed key {named} {use.purpose}",
        related=(Note(use.site, f"asked for here, by {use.site.resource}"),),
        error=use.error,
        hint=f"the policy of an AWS managed key cannot be changed: take a key of your own that admits {use.user.principal}",
        verdict=use.verdict,
    )


def _decisions(key: Resource, policy: Document, use: Use) -> Mapping[str, Decision]:
    """The decision for each action that is needed; those that the same statements are about fare alike."""
    decisions: dict[str, Decision] = {}
    alike: dict[tuple[Truth, ...], Decision] = {}
    for action in use.user.needs:
        about = tuple([statement.action(action.lower()) for statement in policy.statements])
        if about not in alike:
            alike[about] = _decide(action, key, policy, use)
        decisions[action] = alike[about]
    return decisions


def _decide(action: str, key: Resource, policy: Document, use: Use) -> Decision:
    """The decision under the name that fares best; where it is open, that in the likely circumstances, if it is good."""
    known = dict(use.circumstances)
    decision = _best(action, key, policy, use, known)
    if decision.decision == "undecided" and use.likely:
        probable = _best(action, key, policy, use, {**known, **use.likely})
        return probable if probable.allowed else decision
    return decision


def _best(action: str, key: Resource, policy: Document, use: Use, context: Circumstances) -> Decision:
    decisions = []
    for name in (str(use.user.principal), *use.also_known_as):
        request = Request(name, action, str(key.arn), resource_account=key.account, context=context)
        decisions.append(decision := kms.evaluate(request, key_policy=policy))
        if decision.allowed:
            return decision
    return min(decisions, key=lambda each: _RANK.index(each.decision))


def _finding(key: Resource, used: Site, use: Use, denied: list[str], decision: Decision) -> Finding:
    explicitly = decision.decision == "explicitly_denied"
    more = f" (+{len(denied) - 2})" if len(denied) > 2 else ""
    same = (used.resource, used.path) == (use.site.resource, use.site.path)
    asked = () if same else (Note(use.site, f"asked for here, by {use.site.resource}"),)
    who = use.user.principal.rpartition("/")[2]
    return Finding(
        at=key.at("KeyPolicy"),
        message=f"{who} may not call {', '.join(denied[:2])}{more} with this key {use.purpose}",
        related=(
            *asked,
            Note(used, f"used here, by {used.resource}"),
            *near_misses(key, decision),
            *_other_regions(key, use),
        ),
        error=use.error,
        fix=None if explicitly else _fix(key, use),
        hint="a statement denies it: change that one" if explicitly else "",
        verdict=use.verdict,
    )


def near_misses(key: Resource, decision: Decision) -> Iterator[Note]:
    """Statements that name the service and still do not admit it, each with what failed."""
    for miss in decision.unmatched:
        if miss.policy == "key_policy" and miss.element not in ("Principal", "NotPrincipal"):
            yield Note(key.at("KeyPolicy", "Statement", miss.statement.number), f"does not apply: {miss.because}")


def _other_regions(key: Resource, use: Use) -> Iterator[Note]:
    """Statements that name the service in another region: there the stack may well be meant to be."""
    region = use.site.resource.region
    before, _, after = use.user.principal.partition(region)
    if not after:
        return
    form = re.compile(rf"{re.escape(before)}([a-z]+(?:-[a-z]+)+-[0-9]){re.escape(after)}")
    statements = key.get("KeyPolicy", "Statement")
    for index, statement in enumerate(statements if isinstance(statements, tuple) else ()):
        named = statement.get("Principal") if isinstance(statement, Mapping) else None
        services = named.get("Service") if isinstance(named, Mapping) else None
        for text in services if isinstance(services, tuple) else (services,):
            if isinstance(text, str) and (found := form.fullmatch(text)) and found[1] != region:
                where = key.at("KeyPolicy", "Statement", index)
                yield Note(where, f"names {found[1]}; if the stack will be there, say --region {found[1]}")


def _fix(key: Resource, use: Use) -> Fix:
    statement = {
        **({"Sid": use.sid} if use.sid else {}),
        "Effect": "Allow",
        "Principal": {"AWS" if use.user.principal.startswith("arn:") else "Service": use.user.principal},
        "Action": [*use.user.documented],
        "Resource": "*",
        **({"Condition": use.only} if use.only else {}),
    }
    scope = f", {use.scope}" if use.scope else ""
    return admit(key, statement, f"allow {use.user.principal.rpartition('/')[2]}{scope}")


def admit(key: Resource, statement: Mapping[str, object], title: str) -> Fix:
    """A statement more in a key's policy; of a key that has none, the default policy with it."""
    if key.get("KeyPolicy") is None:
        default = kms.default_key_policy(key.account, key.partition)
        whole = {**default, "Statement": [*default["Statement"], statement]}  # type: ignore[misc]
        return Fix(title, key.at("KeyPolicy"), replace=_frozen(whole))
    return Fix(title, key.at("KeyPolicy", "Statement"), append=_frozen(statement))


def _may_be_granted(key: Resource, graph: Graph) -> str:
    """What may give rights on a key that its policy does not show: a grant, or a custom resource that can make one; empty if nothing."""
    names = [name for name in (key.identity, key.arn) if isinstance(name, str)]
    custom = (each for each in graph.everywhere() if _custom(each.type) and _mentions(each.properties, names))
    if given := next(custom, None):
        return f"{given} is given the key"
    # CloudFormation has no type for grants, so readers leave those of Terraform and Pulumi out, and remark on it.
    grant = next(
        (remark for remark in graph.remarks if re.search(r"\bkms[_/]grant\b|\baws_kms_grant\b", remark.text)), None
    )
    return f"a grant is declared at {grant.place}" if grant else ""


def _custom(type_: str) -> bool:
    return type_.startswith("Custom::") or type_ == "AWS::CloudFormation::CustomResource"


def _mentions(value: Value, names: list[str]) -> bool:
    if isinstance(value, str):
        return any(name in value for name in names)
    if isinstance(value, Mapping):
        return any(_mentions(each, names) for each in value.values())
    return isinstance(value, tuple) and any(_mentions(each, names) for each in value)


def _frozen(value: object) -> Value:
    """The same with tuples for lists, as values are in the graph."""
    if isinstance(value, Mapping):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(_frozen(each) for each in value) if isinstance(value, list | tuple) else value  # type: ignore[return-value]
