"""Laws of authorization, on generated policies: what may be added, widened, shuffled or left out without harm."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

import generated_policies as generate
from keyturn.policy import Decision, Request, Sort, evaluate, read

law = settings(max_examples=300, deadline=None)
seeds = st.integers(min_value=0).map(Random)
ANYONE = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
NAMING = ("resource_policy", "resource_control_policies", "endpoint_policies")
GRANTING = ("identity_policies", "resource_policy")


def decide(request: dict[str, Any], policies: dict[str, Any]) -> str:
    return evaluate(Request(**request), **policies).decision


def documents(policies: dict[str, Any], *kinds: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """All documents, each with its kind."""
    for kind, value in policies.items():
        if value and (not kinds or kind in kinds):
            flat = (
                [value]
                if isinstance(value, dict)
                else [each for part in value for each in (part if isinstance(part, list) else [part])]
            )
            yield from ((kind, document) for document in flat)


def statements(document: dict[str, Any]) -> list[dict[str, Any]]:
    if isinstance(document["Statement"], dict):
        document["Statement"] = [document["Statement"]]
    found: list[dict[str, Any]] = document["Statement"]
    return found


def changed(policies: dict[str, Any], change: Callable[[str, dict[str, Any]], None], *kinds: str) -> dict[str, Any]:
    """A copy of all policies in which every document has been changed."""
    copied = copy.deepcopy(policies)
    for kind, document in documents(copied, *kinds):
        change(kind, document)
    return copied


def extra(random: Random, kind: str, effect: str) -> dict[str, Any]:
    return generate.statement(random, names=kind in NAMING) | {"Effect": effect}


@law
@given(seeds)
def test_a_deny_of_everything_trumps_all(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    everything = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    policies["resource_policy"] = {
        "Version": "2012-10-17",
        "Statement": [everything, *statements(policies["resource_policy"] or {"Statement": []})],
    }
    assert decide(request, policies) == "explicitly_denied"


@law
@given(seeds)
def test_no_policies_deny(random: Random) -> None:
    request = generate.request(random)
    decision = evaluate(Request(**request))
    root = str(request["principal"]).endswith(":root") and Request(**request).own_account
    root = root and request["action"] != "sts:AssumeRole"
    places = {"kms": ":key/", "sts": ":role/"}
    governed = places.get(request["action"][:3], "nowhere") in request["resource"]
    assert decision.decision == ("allowed" if root and not governed else "implicitly_denied")


@law
@given(seeds)
def test_order_does_not_matter(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    shuffled = changed(policies, lambda _, document: random.shuffle(statements(document)))
    random.shuffle(shuffled["identity_policies"])
    for level in [*shuffled["service_control_policies"], *shuffled["resource_control_policies"]]:
        random.shuffle(level)
    assert decide(request, shuffled) == decide(request, policies)


@law
@given(seeds)
def test_duplicates_do_not_matter(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    doubled = changed(policies, lambda _, document: document.update(Statement=statements(document) * 2))
    doubled["identity_policies"] *= 2
    doubled["service_control_policies"] *= 2
    assert decide(request, doubled) == decide(request, policies)


@law
@given(seeds)
def test_adding_a_deny_never_allows(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    more = changed(policies, lambda kind, document: statements(document).append(extra(random, kind, "Deny")))
    assert decide(request, more) != "allowed" or decide(request, policies) == "allowed"


@law
@given(seeds)
def test_adding_an_allow_never_denies(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    before = decide(request, policies)
    # A resource control policy that allows stands in the place of RCPFullAWSAccess, so there an Allow can limit.
    kinds = [kind for kind in policies if kind != "resource_control_policies"]
    after = decide(
        request,
        changed(policies, lambda kind, document: statements(document).append(extra(random, kind, "Allow")), *kinds),
    )
    assert after == "allowed" if before == "allowed" else True
    assert (after == "explicitly_denied") is (before == "explicitly_denied")


def widen(random: Random, statement: dict[str, Any]) -> None:
    """Make a statement apply to more."""
    match random.choice(("Action", "Resource", "Condition", "Principal")):
        case "Action":
            statement.pop("NotAction", None)
            statement["Action"] = "*"
        case "Resource":
            statement.pop("NotResource", None)
            statement["Resource"] = "*"
        case "Condition":
            statement.pop("Condition", None)
        case "Principal" if "Principal" in statement:
            statement["Principal"] = "*"


@law
@given(seeds)
def test_widening_an_allow_never_denies(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)

    def change(_: str, document: dict[str, Any]) -> None:
        for statement in statements(document):
            if statement["Effect"] == "Allow":
                widen(random, statement)

    after = decide(request, changed(policies, change))
    assert after == "allowed" or decide(request, policies) != "allowed"


@law
@given(seeds)
def test_widening_a_deny_never_allows(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)

    def change(_: str, document: dict[str, Any]) -> None:
        for statement in statements(document):
            if statement["Effect"] == "Deny":
                widen(random, statement)

    after = decide(request, changed(policies, change))
    assert after != "allowed" or decide(request, policies) == "allowed"


@law
@given(seeds)
def test_another_limit_never_allows(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    limited = copy.deepcopy(policies)
    match random.choice(("permissions_boundaries", "session_policy", "service_control_policies", "endpoint_policies")):
        case "permissions_boundaries":
            limited["permissions_boundaries"] = limited["permissions_boundaries"] or [generate.document(random)]
        case "session_policy":
            limited["session_policy"] = limited["session_policy"] or generate.document(random)
        case "service_control_policies":
            limited["service_control_policies"].append([generate.document(random)])
        case "endpoint_policies":
            limited["endpoint_policies"] = limited["endpoint_policies"] or [generate.document(random, names=True)]
    assert decide(request, limited) != "allowed" or decide(request, policies) == "allowed"


@law
@given(seeds)
def test_an_account_s_own_policies_never_touch_services_and_anonymous_callers(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    request["principal"] = random.choice((*generate.SERVICES, {"type": "Anonymous"}))
    own = ("identity_policies", "permissions_boundaries", "session_policy", "service_control_policies")
    bare = {kind: value for kind, value in policies.items() if kind not in own}
    assert decide(request, policies) == decide(request, bare)


@law
@given(seeds)
def test_the_case_of_actions_and_condition_keys_does_not_matter(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    # Names of an encryption context are values of a key too, and those keep their case.
    upper = {(key if "EncryptionContext" in key else key.upper()): value for key, value in request["context"].items()}
    shouted = request | {"action": request["action"].upper(), "context": upper}
    assert decide(shouted, policies) == decide(request, policies)


@law
@given(seeds)
def test_an_account_s_number_and_its_root_mean_the_same(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    text = json.dumps(policies)
    for account in generate.ACCOUNTS:
        text = text.replace(f'"{account}"', f'"arn:aws:iam::{account}:root"')
    # Condition values that look like an account were replaced too; those policies say something else.
    if '"Condition"' not in text:
        assert decide(request, json.loads(text)) == decide(request, policies)


@law
@given(seeds)
def test_documents_may_be_text_data_or_parsed(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    before = copy.deepcopy(policies)
    expected = evaluate(Request(**request), **policies)
    assert policies == before, "documents are not changed"
    if policies["resource_policy"]:
        as_text = policies | {"resource_policy": json.dumps(policies["resource_policy"])}
        parsed = policies | {"resource_policy": read(policies["resource_policy"], Sort.RESOURCE)}
        assert evaluate(Request(**request), **as_text) == evaluate(Request(**request), **parsed) == expected


@law
@given(seeds)
def test_a_decision_cites_what_decided(random: Random) -> None:
    policies, request = generate.policies(random), generate.request(random)
    decision = evaluate(Request(**request), **policies)
    effects = {cited.effect for cited in decision.by}
    expected: dict[str, set[str]] = {"allowed": {"Allow"}, "explicitly_denied": {"Deny"}, "implicitly_denied": set()}
    root = str(request["principal"]).endswith(":root")
    assert effects == expected[decision.decision] or (root and decision.allowed)
    assert decision.allowed is (decision.decision == "allowed")
    assert decision.because
    assert all(str(unmatched) for unmatched in decision.unmatched)


def numbered(policies: dict[str, Any]) -> dict[str, Any]:
    """The same policies with a Sid of its own for every statement."""
    copied = copy.deepcopy(policies)
    every = [each for _, document in documents(copied) for each in statements(document)]
    for number, statement in enumerate(every):
        statement["Sid"] = f"S{number}"
    return copied


def only_cited(policies: dict[str, Any], decision: Decision) -> dict[str, Any]:
    """What is left when only the statements stay that are said to have decided; what limits stays whole when it is allowed."""
    cited = {each.statement for each in decision.by}
    kinds = GRANTING if decision.allowed else tuple(policies)

    def leave(_: str, document: dict[str, Any]) -> None:
        document["Statement"] = [each for each in statements(document) if each["Sid"] in cited]

    return changed(policies, leave, *kinds)


@law
@given(seeds)
def test_the_statements_that_are_said_to_have_decided_do_decide(random: Random) -> None:
    policies, request = numbered(generate.policies(random)), generate.request(random)
    decision = evaluate(Request(**request), **policies)
    if decision.decision in ("allowed", "explicitly_denied"):
        assert decide(request, only_cited(policies, decision)) == decision.decision
