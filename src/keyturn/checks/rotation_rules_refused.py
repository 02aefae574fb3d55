"""
A secret is to be rotated at times that Secrets Manager does not take.

Rules say either a number of days, 1 to 1000, or an expression: `rate(…)` in hours or days, every four hours at most, or `cron(…)` on the
hour and in every year. A window is 1h to 24h long, and neither goes on into the next day nor into the next window.

Fix: take a number or an expression within these bounds, and only one of the two.

Why it matters: the schedule is the last to be made, so all of the stack is rolled back with it.

Scope: every rotation schedule

Noticed: at deployment, when the rotation schedule is created

Recovery: change the rules and deploy again; the secret's value is untouched

Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotationRulesType.html
  https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Finding, Fix, Outcome, Verdict, check
from keyturn.checks.evidence.clusters import number
from keyturn.facts import rotation_rules
from keyturn.graph import Graph, Resource, Value

RULES = "RotationRules"


@check("AWS::SecretsManager::RotationSchedule", verdict=Verdict.REFUSED)
def rotation_rules_refused(schedule: Resource, graph: Graph) -> Iterator[Outcome]:
    days = number(schedule.get(RULES, "AutomaticallyAfterDays"))
    texts = (_text(schedule.get(RULES, name)) for name in ("ScheduleExpression", "Duration"))
    found = rotation_rules.misfit(None if days is None else int(days), *texts)
    if found is None:
        return
    at, fix = schedule.at(RULES, found.name), None
    if found.name == "AutomaticallyAfterDays" and days is not None:
        nearest = min(max(int(days), 1), rotation_rules.MOST_DAYS)
        fix = Fix(f"take {nearest}", at, replace=nearest)
    yield Finding(at, found.message, error=found.error, fix=fix, hint="" if fix else "take one of the documented forms")


def _text(value: Value) -> str | None:
    return value if isinstance(value, str) else None
