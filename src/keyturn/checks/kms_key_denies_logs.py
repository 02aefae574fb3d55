"""
A log group is encrypted with a KMS key that CloudWatch Logs may not use.

CloudWatch Logs calls KMS as itself, the service principal `logs.<region>.amazonaws.com`, with the log group's ARN as encryption
context. A key policy that admits only the account's root says nothing about a service: IAM policies never apply to a service
principal, so whatever rights the deployer has, creating the log group fails.

Fix: allow that principal the six actions, for the encryption context of this log group only. The statement is built from names, not
from the log group's attributes, so that key and log group do not depend on each other.

Why it matters: a log group without its key either does not exist, and the function's logs go to an implicit one that nobody encrypts,
or the whole stack is rolled back.

Scope: every CloudWatch Logs log group with a customer managed key

Noticed: at deployment, when the log group is created or the key is associated with it

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again; nothing has to be recreated

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.facts import logs
from keyturn.graph import Graph, Ref, Resource, Text, Unknown, Value
from keyturn.policy import Decision, Malformed, Request, kms


@check("AWS::Logs::LogGroup", verdict=Verdict.REFUSED)
def kms_key_denies_logs(group: Resource, graph: Graph) -> Iterator[Outcome]:
    named = group.get("KmsKeyId")
    if named is None:
        return
    key = graph.follow(group, "KmsKeyId", types=("AWS::KMS::Key",))
    if key is None:
        because = named.because if isinstance(named, Unknown) else "the key, and so its policy, is not declared here"
        yield Undecided(group.at("KmsKeyId"), because)
        return
    policy = key.get("KeyPolicy") or _frozen(kms.default_key_policy(key.account, key.partition))
    if isinstance(policy, Unknown) or not isinstance(group.arn, str):
        yield Undecided(
            key.at("KeyPolicy"), policy.because if isinstance(policy, Unknown) else "the log group's name is not known"
        )
        return
    try:
        decisions = {action: _best(action, group, key, policy) for action in logs.KMS_ACTIONS}
    except Malformed as error:
        yield Undecided(key.at("KeyPolicy"), f"the key policy is malformed: {error}")
        return
    if denied := [action for action, decision in decisions.items() if decision.decision.endswith("denied")]:
        yield _finding(group, key, denied, decisions[denied[0]])
    elif undecided := [decision for decision in decisions.values() if not decision.allowed]:
        yield Undecided(key.at("KeyPolicy"), undecided[0].because)


def _best(action: str, group: Resource, key: Resource, policy: Value) -> Decision:
    """The decision for the principal that fares best: the regional one is documented, others are known to be accepted too."""
    context: dict[str, str | Unknown] = {
        **logs.encryption_context(str(group.arn)),
        **dict.fromkeys(
            ("aws:SourceAccount", "aws:SourceArn"), Unknown("whether CloudWatch Logs sends this key is not documented")
        ),
    }
    decisions = [
        kms.evaluate(
            Request(principal, action, str(key.arn), resource_account=key.account, context=context), key_policy=policy
        )
        for principal in logs.accepted_principals(group.region, group.partition)
    ]
    rank = ("allowed", "undecided", "implicitly_denied", "explicitly_denied")
    return min(decisions, key=lambda decision: rank.index(decision.decision))


def _finding(group: Resource, key: Resource, denied: list[str], decision: Decision) -> Finding:
    principal = logs.service_principal(group.region, group.partition)
    explicitly = decision.decision == "explicitly_denied"
    more = f" (+{len(denied) - 2})" if len(denied) > 2 else ""
    fix = None if explicitly else _fix(group, key, principal)
    return Finding(
        at=key.at("KeyPolicy"),
        message=f"{principal} may not call {', '.join(denied[:2])}{more} with this key for the log group {group}",
        related=(Note(group.at("KmsKeyId"), f"used here, by {group}"), *_near_misses(key, decision)),
        error=logs.key_refused(str(group.arn)),
        fix=fix,
        hint="a statement denies it: change that one" if explicitly else "",
    )


def _near_misses(key: Resource, decision: Decision) -> Iterator[Note]:
    """Statements that name CloudWatch Logs and still do not admit it, each with what failed."""
    for miss in decision.unmatched:
        if miss.policy == "key_policy" and miss.element not in ("Principal", "NotPrincipal"):
            yield Note(key.at("KeyPolicy", "Statement", miss.statement.index), f"does not apply: {miss.because}")


def _fix(group: Resource, key: Resource, principal: str) -> Fix:
    statement = logs.key_statement(group.region, str(group.arn), group.partition)
    portable = {
        **statement,
        "Principal": {
            "Service": _text("logs.", Ref("AWS::Region"), principal.partition(group.region)[2], value=principal)
        },
        "Condition": {"ArnEquals": {context: _arn(group) for context in logs.encryption_context(str(group.arn))}},
    }
    if key.get("KeyPolicy") is None:
        default = kms.default_key_policy(key.account, key.partition)
        whole = {**default, "Statement": [*default["Statement"], portable]}  # type: ignore[misc]
        return Fix(f"allow {principal}, for this log group only", key.at("KeyPolicy"), replace=_frozen(whole))
    return Fix(
        f"allow {principal}, for this log group only", key.at("KeyPolicy", "Statement"), append=_frozen(portable)
    )


def _arn(group: Resource) -> Value:
    """The log group's ARN, made from its name as the user wrote it; of every log group, when AWS will choose the name."""
    name = group.get("LogGroupName")
    last = name if isinstance(name, str) else "*"
    parts = last.parts if isinstance(last, Text) else (last,)
    arn = (
        logs.group_arn(str(group.arn))
        if isinstance(name, str)
        else str(group.arn).partition("log-group:")[0] + "log-group:*"
    )
    places = ("arn:", Ref("AWS::Partition"), ":logs:", Ref("AWS::Region"), ":", Ref("AWS::AccountId"), ":log-group:")
    return _text(*places, *parts, value=arn)


def _text(*parts: object, value: str) -> Text:
    return Text(value, tuple(parts))  # type: ignore[arg-type]


def _frozen(value: object) -> Value:
    """The same with tuples for lists, as values are in the graph."""
    if isinstance(value, dict):
        return {key: _frozen(each) for key, each in value.items()}
    return tuple(_frozen(each) for each in value) if isinstance(value, list) else value  # type: ignore[return-value]
