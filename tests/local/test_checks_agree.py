"""
Checks and the cloud agree: what a check says will be refused is refused here with the error that it predicts, and what it passes deploys.

All CloudFormation examples of `tests/checks/` are deployed, each as it stands, among what `surroundings` has.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from keyturn.check import Finding, Verdict, run
from keyturn.checks import every, named
from keyturn.graph import Graph
from keyturn.local.cloud import Cloud
from keyturn.local.journal import Entry
from keyturn.local.rds.addresses import Address
from keyturn.local.rds.servers import Servers
from keyturn.read import Options, read
from keyturn.report import verdict
from stacks import Followed, create, delete
from surroundings import around, key_of_somebody, prepare

FOLDERS = Path(__file__).resolve().parent.parent / "checks"
DAY = datetime.date(2026, 11, 24)
CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]

AGREED = """
alb-logs-into-kms-bucket api-deployment-early api-method-without-integration balancer-subnets-in-one-zone
circular-dependency cloudtrail-bucket-denies cloudtrail-selector-invalid db-backup-retention-refused
db-capacity-missing db-capacity-refused db-class-not-offered db-class-of-aurora-cluster db-cluster-missing
db-cluster-storage-refused db-engine-mode-gone db-insights-not-offered db-insights-retention-refused
db-instance-contradicts-cluster db-master-missing db-master-name-refused db-master-password-refused
db-monitoring-role-missing db-multi-az-refused db-not-encrypted db-parameter-family-refused db-public
db-storage-refused db-subnets-in-one-zone db-tls-not-enforced db-version-not-offered domain-reserved
ecs-service-before-listener ecs-service-refused endpoint-dns-disabled flow-log-disagrees iam-managed-policy-missing iam-policy-malformed
key-not-own kms-key-denies-cloudtrail kms-key-denies-encrypted-logs kms-key-denies-event-bus kms-key-denies-function-code
kms-key-denies-log-delivery kms-key-denies-logs kms-key-denies-notification kms-key-denies-publisher
kms-key-denies-report kms-key-denies-sender kms-key-not-rotated kms-key-unusable kms-policy-locks-out
kms-policy-malformed kms-policy-names-role-too-early lambda-handler-missing lambda-log-group-mismatch
lambda-module-missing lambda-reserved-variable lambda-role-cannot-be-assumed lambda-role-cannot-make-interfaces
lambda-role-cannot-read-source lambda-runtime-retired lambda-runtime-unknown lambda-variable-malformed log-group-kept-forever
log-group-key-not-an-arn log-retention-not-allowed name-not-accepted name-taken-twice property-missing property-unknown
queue-denies-sender queue-kinds-differ rotation-function-missing
rotation-no-path-to-database rotation-no-path-to-secrets-manager rotation-permission-late rotation-permission-missing
rotation-role-denies rotation-rules-refused rotation-steps-missing rotation-superuser-unreadable s3-acl-disabled
s3-public-policy-blocked topic-denies-publisher type-unknown
""".split()  # noqa: SIM905 - a list of so many lines would be read by nobody
"""The checks whose services are here. For the others docs/local-checks.md has the reason."""

HOSTED = "the local AWS does not expand AWS's own rotation functions"
RACE = "on AWS two resources race; here they are made one after the other"
EXCEPT = {
    "api-deployment-early/bad.yaml": RACE,
    "api-deployment-early/good-body.yaml": "moto asks for integrations in a described API",
    "balancer-subnets-in-one-zone/good-not-said.yaml": "moto puts all subnets without a zone into the same one",
    "cloudtrail-bucket-denies/bad-late.yaml": RACE,
    "cloudtrail-selector-invalid/bad.yaml": "moto takes every selector",
    "db-master-missing/good-given.yaml": "the password is a parameter without a value",
    "db-master-missing/good-snapshot.yaml": "no snapshots here",
    "db-master-name-refused/bad-docdb.yaml": "no DocumentDB here",
    "db-master-name-refused/good-snapshot.yaml": "no snapshots here",
    "db-storage-refused/good-replica.yaml": "no replicas here",
    "db-version-not-offered/good-custom.yaml": "no RDS Custom here",
    "ecs-service-before-listener/bad.yaml": RACE,
    "flow-log-disagrees/good.yaml": "moto takes no VPC id as short as the example's",
    "iam-managed-policy-missing/good-unheard-of.yaml": "a policy that nobody knows: undecided there, not to be had here",
    "iam-policy-malformed/good-empty-parameter.yaml": "deployed without what its parameter will be given",
    "kms-key-denies-cloudtrail/good-store.yaml": "no event data stores here",
    "kms-key-denies-log-delivery/bad-access-logs.yaml": "logs are written into the bucket, which then cannot be deleted",
    "kms-key-denies-log-delivery/bad-destination.yaml": "no deliveries of CloudWatch Logs here",
    "kms-key-denies-log-delivery/bad-distribution.yaml": "no CloudFront here",
    "kms-key-denies-log-delivery/bad-folder.yaml": "moto takes no folder in a flow log's destination",
    "kms-key-denies-log-delivery/bad-waf.yaml": "no WAF here",
    "kms-key-denies-report/bad-lens.yaml": "no Storage Lens here",
    "kms-policy-locks-out/good-administrator.yaml": "who deploys is not the administrator that the key lets in",
    "lambda-handler-missing/good-in-a-layer.yaml": "its layer is not declared",
    "lambda-module-missing/good-layer.yaml": "its layer is another account's",
    "name-not-accepted/good.yaml": "it names a key by an id that only AWS gives out",
    "property-missing/good.yaml": "a bucket that is not declared",
    "property-unknown/good.yaml": "its custom resource never answers",
    "rotation-function-missing/good-hosted.yaml": HOSTED,
    "rotation-function-missing/good-name.yaml": "a function in another stack",
    "rotation-no-path-to-database/bad-by-address.yaml": "its function knows the database by its environment, ours by the secret",
    "rotation-no-path-to-database/good-data-api.yaml": "its function would use the Data API",
    "rotation-role-denies/good-tagged.yaml": "it depends on a tag that is put on later",
    "rotation-no-path-to-database/bad-hosted.yaml": HOSTED,
    "rotation-no-path-to-database/bad-names.yaml": HOSTED,
    "rotation-no-path-to-database/good-application.yaml": "no Serverless Application Repository here",
    "rotation-no-path-to-database/good-hosted.yaml": HOSTED,
    "rotation-no-path-to-secrets-manager/bad-hosted.yaml": HOSTED,
    "rotation-no-path-to-secrets-manager/good-hosted.yaml": HOSTED,
    "rotation-permission-missing/good-application.yaml": "no Serverless Application Repository here",
    "rotation-superuser-unreadable/bad-hosted.yaml": HOSTED,
    "rotation-superuser-unreadable/good-hosted.yaml": HOSTED,
    "s3-public-policy-blocked/good-elsewhere.yaml": "a bucket of somebody else's, which is new here, and blocks",
    "type-unknown/good.yaml": "a type that nobody knows: undecided there, not to be had here",
}
"""Their examples that cannot be deployed here, and why."""

ROTATING = (
    "rotation-role-denies",
    "rotation-no-path-to-database",
    "rotation-no-path-to-secrets-manager",
)
"""Checks whose examples rotate a secret, or try to."""

NEED_SERVERS = ("rotation-no-path-to-database",)
"""Examples whose functions connect to their database; for the others RDS need not start one."""


def examples(kind: str) -> list[Path]:
    found = [path for name in AGREED for path in sorted((FOLDERS / name).glob(f"{kind}*")) if _is_template(path)]
    return [path for path in found if name_of(path) not in EXCEPT]


def _is_template(path: Path) -> bool:
    return path.suffix in (".yaml", ".json") and not re.search(r"\.(tf|tfplan|pulumi)\.json$", path.name)


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDERS))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud.start(tmp_path_factory.mktemp("agree")) as cloud, pytest.MonkeyPatch.context() as patch:
        prepare(cloud, patch, [path.read_text() for path in examples("")])
        yield cloud


@pytest.fixture(autouse=True)
def servers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """RDS takes or refuses a database before it starts a server; most examples need none."""
    path = request.node.callspec.params.get("path") if hasattr(request.node, "callspec") else None
    if path is None or path.parent.name not in NEED_SERVERS:

        def start(
            self: Servers, identity: str, engine: str, host: str, port: int | None, *_: Any, **__: Any
        ) -> Address:
            return Address(f"{host}.rds.invalid", port or 3306)

        monkeypatch.setattr(Servers, "start", start)


@contextmanager
def deployed(cloud: Cloud, path: Path) -> Iterator[Followed | ClientError]:
    """What becomes of an example: a stack at rest, which goes again, or CloudFormation's refusal to begin."""
    text = path.read_text()
    wanted = {"KeyArn": key_of_somebody(cloud)} if "  KeyArn:\n    Type: String" in text else {}
    given = [{"ParameterKey": name, "ParameterValue": value} for name, value in wanted.items()]
    client, name = cloud.client("cloudformation"), stack_name(path)
    with around(cloud, text):
        try:
            stack = create(client, text, name, Parameters=given, Capabilities=CAPABILITIES)
        except ClientError as error:
            yield error
            return
        try:
            yield stack
        finally:
            gone = delete(client, name)
        assert gone.status == "DELETE_COMPLETE", gone.failures


def stack_name(path: Path) -> str:
    return re.sub(r"\W", "-", name_of(path).rpartition(".")[0])


def planned(cloud: Cloud, path: Path) -> Graph:
    options = Options(as_of=DAY, account=cloud.account, region=cloud.region, stack=stack_name(path))
    (graph,) = read(str(path), options)
    return graph


def findings(cloud: Cloud, path: Path) -> list[tuple[Verdict, Finding]]:
    check = named(path.parent.name)
    assert check
    return [(verdict(*each), each[1]) for each in run((check,), planned(cloud, path)).findings]


def stuck(cloud: Cloud) -> list[str]:
    """The secrets whose rotation does not come to its end, by name, once everything is deployed."""
    manager = cloud.client("secretsmanager")
    cloud.clock.settle(60)
    for each in manager.list_secrets()["SecretList"]:
        if each.get("RotationLambdaARN"):
            with contextlib.suppress(ClientError):  # it is not complete
                manager.rotate_secret(SecretId=each["ARN"])
    cloud.clock.settle(60)
    return [
        each["Name"]
        for each in manager.list_secrets()["SecretList"]
        for stages in each.get("SecretVersionsToStages", {}).values()
        if "AWSPENDING" in stages and "AWSCURRENT" not in stages
    ]


@pytest.mark.parametrize("path", examples("good"), ids=name_of)
def test_what_a_check_passes_deploys(world: Cloud, path: Path) -> None:
    with deployed(world, path) as stack:
        assert isinstance(stack, Followed), stack
        assert stack.status == "CREATE_COMPLETE", stack.failures
        if path.parent.name in ROTATING:
            assert stuck(world) == []


@pytest.mark.parametrize("path", examples("bad"), ids=name_of)
def test_what_a_check_finds_fails_or_is_dead(world: Cloud, path: Path) -> None:
    found = findings(world, path)
    assert found
    refused = [finding for verdict, finding in found if verdict is Verdict.REFUSED]
    before = len(world.requests)
    with deployed(world, path) as stack:
        if isinstance(stack, ClientError):
            assert refused, stack
            assert {error.code for finding in refused if (error := finding.error)} <= {stack.response["Error"]["Code"]}
        elif refused:
            assert_refused_as_predicted(stack, refused, [*world.requests][before:])
        else:
            assert stack.status == "CREATE_COMPLETE", stack.failures
            if path.parent.name in ROTATING and found[0][0] is Verdict.DEAD:
                assert stuck(world) != []


def assert_refused_as_predicted(stack: Followed, refused: list[Finding], calls: list[Entry]) -> None:
    assert stack.status == "ROLLBACK_COMPLETE", "it deploys"
    places = [each.at for each in refused] + [note.at for each in refused for note in each.related]
    assert {place.resource.name for place in places} & stack.failures.keys(), stack.failures
    failed = [each for each in refused if each.at.resource.name in stack.failures]
    predicted = {(error.code, shape(error.message)) for each in failed if (error := each.error)}
    answers = {(call.code, shape(call.message)) for call in calls if call.refused}
    reasons = {shape(reason) for reason in stack.failures.values()}  # CloudFormation's own, which no call was answered
    assert not predicted or answers & predicted or reasons & {text for _, text in predicted}, (answers, predicted)


def shape(message: str) -> str:
    """A message without the ids that AWS chooses, and without who deploys."""
    message = re.sub(r"(?<=User: )\S+", "…", message)
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?:vpce?|subnet|sg)-[0-9a-f]+|-[a-z0-9]{12}\b", "…", message)


def test_what_is_left_out_is_there() -> None:
    assert {*AGREED} <= {check.name for check in every()}
    assert [name for name in EXCEPT if not (FOLDERS / name).is_file()] == []
