"""
A function's package is encrypted with a KMS key that Lambda may not use.

Lambda encrypts and decrypts the package as itself, `lambda.amazonaws.com`; unlike for environment variables, it makes no grant for it.

Fix: allow `lambda.amazonaws.com` kms:GenerateDataKey and kms:Decrypt in the key's policy, for this account.

Why it matters: a function whose package cannot be decrypted cannot be started.

Scope: functions whose code has a SourceKMSKeyArn; the key of the environment (KmsKeyArn) needs nothing of the kind

Noticed: when the function is created or started; AWS does not document which

Recovery: put the statement into the key's policy (`aws kms put-key-policy`), then deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/encrypt-zip-package.html
"""

from __future__ import annotations

from collections.abc import Iterator

from keyturn.check import Outcome, Verdict, check
from keyturn.checks.evidence.keys import Use, may_use, on_behalf_of, own_account
from keyturn.facts import keys
from keyturn.graph import Graph, Path, Resource, Unknown

PLACES: tuple[tuple[Path, str, Verdict | None], ...] = (
    (("Code", "SourceKMSKeyArn"), "the package", None),
    # Its page says that the key's policy gives the permission; which calls are made was not read.
    (("DurableConfig", "KMSKeyArn"), "the durable executions", Verdict.WEAK),
)


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def kms_key_denies_function_code(function: Resource, graph: Graph) -> Iterator[Outcome]:
    arn = function.arn if isinstance(function.arn, str) else Unknown("the function's name is not known")
    for path, purpose, verdict in PLACES:
        if function.get(*path) is None:
            continue
        use = Use(
            keys.FUNCTION_CODE,
            function.at(*path),
            f"to encrypt {purpose} of {function}",
            sends={**on_behalf_of(function), "kms:EncryptionContext:aws:lambda:FunctionArn": arn},
            only=own_account(function),
            verdict=verdict,
        )
        yield from may_use(function, *path, use=use, graph=graph)
