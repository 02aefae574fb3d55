"""The evaluator, held against a second one that was written only for this, on 100,000 generated cases."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

import generated_policies as generate
import naive_evaluator as naive
from keyturn.policy import Request, evaluate

PARTS = 20
SETS = 500
REQUESTS = 10


@pytest.mark.parametrize("part", range(PARTS))
def test_both_decide_alike(part: int) -> None:
    random = Random(part)
    seen: Counter[str] = Counter()
    for _ in range(SETS):
        policies = generate.policies(random)
        for _ in range(REQUESTS):
            asked = generate.request(random)
            expected = naive.decide(asked, policies)
            decision = evaluate(Request(**asked), **policies)
            assert decision.decision == expected, (asked, policies, decision)
            seen[expected] += 1
    assert all(
        seen[decision] > SETS * REQUESTS / 50 for decision in ("allowed", "implicitly_denied", "explicitly_denied")
    ), seen


def test_there_are_a_hundred_thousand() -> None:
    assert PARTS * SETS * REQUESTS >= 100_000
