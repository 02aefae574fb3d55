"""
A service is told to invoke a function that does not let it.

S3, SNS, EventBridge, API Gateway, Cognito and others invoke functions as themselves. Only the function's own policy, made of its
permissions, can let them in: no role and no identity policy has a say.

Fix: give the function an `AWS::Lambda::Permission` for `lambda:InvokeFunction` with the service as principal, and the bucket, topic,
rule or API as source; of a log group that is its ARN with `:*`, as `Fn::GetAtt` gives it.

Why it matters: where the service tries at once, as S3 and CloudWatch Logs do, the deployment fails. The others keep silent: the API answers
500, the rule and the topic drop what they should deliver, and the function is never run.

Scope: functions declared beside what invokes them: notifications of buckets, subscriptions of topics, EventBridge rules, APIs,
alarms, subscription filters of logs, user pools, target groups, IoT and Config rules

Noticed: at deployment for buckets, subscription filters, target groups and Config rules; else never, until somebody misses what the
function does

Recovery: add the permission and deploy again; events that were dropped are gone

Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
  https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
  https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.deliveries import may_deliver, one_per_source
from keyturn.checks.evidence.invokers import invokers
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def lambda_permission_missing(function: Resource, graph: Graph) -> Iterator[Outcome]:
    for delivery in one_per_source(invokers(function, graph)):
        yield from may_deliver(function, delivery, graph)
