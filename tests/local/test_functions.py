"""Functions really run, with what Lambda gives them and no more."""

from __future__ import annotations

import base64
import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import MakeFunction, lines, make_role, packed
from keyturn.local.cloud import Cloud
from processes import eventually, naming


def invoke(cloud: Cloud, event: Any = None, **settings: Any) -> tuple[Any, str | None]:
    """Invoke `tested`; what it returned, and the kind of its error."""
    answer = cloud.client("lambda").invoke(FunctionName="tested", Payload=json.dumps(event or {}), **settings)
    return json.loads(answer["Payload"].read()), answer.get("FunctionError")


def refused(code: str, call: Any, /, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    assert caught.value.response["Error"]["Code"] == code
    message: str = caught.value.response["Error"]["Message"]
    return message


def test_a_function_runs_and_returns(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): return {'twice': event['number'] * 2}")
    assert invoke(cloud, {"number": 21}) == ({"twice": 42}, None)


def test_a_process_is_used_again(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("import os\ndef handler(event, context): return os.getpid()")
    assert invoke(cloud) == invoke(cloud)


def test_a_change_ends_the_old_process(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("import os\ndef handler(event, context): return os.environ.get('WORD')")
    assert invoke(cloud) == (None, None)
    cloud.client("lambda").update_function_configuration(
        FunctionName="tested", Environment={"Variables": {"WORD": "changed"}}
    )
    assert invoke(cloud) == ("changed", None)


def test_its_environment_is_lambdas(cloud: Cloud, make_function: MakeFunction, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEAKED", "from the machine")
    arn = make_function(
        """
        import os
        def handler(event, context):
            return {**os.environ, "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis()}
        """,
        Environment={"Variables": {"OWN": "variable"}},
        MemorySize=256,
    )
    seen, _ = invoke(cloud)
    assert seen["OWN"] == "variable"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "tested"
    assert seen["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert seen["AWS_LAMBDA_LOG_GROUP_NAME"] == "/aws/lambda/tested"
    assert seen["AWS_REGION"] == cloud.region
    assert seen["AWS_ENDPOINT_URL"] == cloud.endpoint
    assert seen["CA_BUNDLE"] == str(cloud.ca_file)
    assert seen["arn"] == arn
    assert 9000 < seen["left"] <= 10000
    assert "LEAKED" not in seen


def test_a_package_that_is_not_in_the_zip_is_missing(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("import pymysql\ndef handler(event, context): pass")
    error, kind = invoke(cloud)
    assert (error["errorType"], kind) == ("Runtime.ImportModuleError", "Unhandled")
    assert error["errorMessage"] == "Unable to import module 'index': No module named 'pymysql'"


def test_layers_are_there(cloud: Cloud, make_function: MakeFunction) -> None:
    content = packed("ANSWER = 'from a layer'", "python/layered.py")
    layer = cloud.client("lambda").publish_layer_version(LayerName="shared", Content={"ZipFile": content})
    make_function(
        "import layered\ndef handler(event, context): return layered.ANSWER", Layers=[layer["LayerVersionArn"]]
    )
    assert invoke(cloud) == ("from a layer", None)


def test_code_comes_from_a_bucket(cloud: Cloud) -> None:
    cloud.client("s3").create_bucket(Bucket="packages")
    cloud.client("s3").put_object(Bucket="packages", Key="a.zip", Body=packed("def handler(event, _): return 'S3'"))
    cloud.client("lambda").create_function(
        FunctionName="tested",
        Role=make_role(cloud, "role", ["logs:*"]),
        Code={"S3Bucket": "packages", "S3Key": "a.zip"},
        Runtime="python3.12",
        Handler="index.handler",
    )
    assert invoke(cloud) == ("S3", None)


def test_an_exception_is_told_and_logged(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): raise ValueError('no such thing')")
    error, kind = invoke(cloud)
    assert (error["errorType"], error["errorMessage"], kind) == ("ValueError", "no such thing", "Unhandled")
    assert any(line.startswith("[ERROR] ValueError: no such thing\nTraceback") for line in lines(cloud))


def test_a_timeout_ends_it(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("import time\ndef handler(event, context): time.sleep(event.get('seconds', 0))", Timeout=1)
    error, kind = invoke(cloud, {"seconds": 30})
    assert (error["errorType"], kind) == ("Sandbox.Timedout", "Unhandled")
    assert error["errorMessage"].endswith("Error: Task timed out after 1.00 seconds")
    assert any(line.endswith("Task timed out after 1.00 seconds") for line in lines(cloud))
    assert invoke(cloud) == (None, None)


def test_a_process_that_ends_is_told_of(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("import os\ndef handler(event, context): os._exit(3)")
    error, kind = invoke(cloud)
    assert (error["errorType"], kind) == ("Runtime.ExitError", "Unhandled")
    assert error["errorMessage"].endswith("Error: Runtime exited with error: exit status 3")


def test_its_log_has_lambdas_lines(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): print('in between')")
    answer = cloud.client("lambda").invoke(FunctionName="tested", LogType="Tail")
    request = answer["ResponseMetadata"]["RequestId"]
    start, between, end, report = lines(cloud)
    assert start == f"START RequestId: {request} Version: $LATEST"
    assert between == "in between"
    assert end == f"END RequestId: {request}"
    assert report.startswith(f"REPORT RequestId: {request}\tDuration: ")
    assert "Init Duration" in report
    assert b"in between" in base64.b64decode(answer["LogResult"])


def test_without_the_right_its_lines_are_lost(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): print('unheard')", actions=["logs:CreateLogGroup"])
    invoke(cloud)
    assert "/aws/lambda/tested" not in {
        group["logGroupName"] for group in cloud.client("logs").describe_log_groups()["logGroups"]
    }


def test_it_calls_with_its_roles_rights(cloud: Cloud, make_function: MakeFunction) -> None:
    secret = cloud.client("secretsmanager").create_secret(Name="greeting", SecretString="hello")["ARN"]
    make_function(
        """
        import boto3
        def handler(event, context):
            client = boto3.client("secretsmanager")
            return getattr(client, event["do"])(SecretId="greeting")["Name"]
        """,
        actions=["secretsmanager:DescribeSecret"],
    )
    assert invoke(cloud, {"do": "describe_secret"}) == ("greeting", None)
    error, _ = invoke(cloud, {"do": "get_secret_value"})
    assert error["errorMessage"] == (
        "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User:"
        f" arn:aws:sts::{cloud.account}:assumed-role/tested-role/tested is not authorized to perform:"
        f" secretsmanager:GetSecretValue on resource: {secret} because no identity-based policy allows the"
        " secretsmanager:GetSecretValue action"
    )


def test_an_event_is_run_later_and_tried_twice_again(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): print('try', context.aws_request_id); raise ValueError")
    answer = cloud.client("lambda").invoke(FunctionName="tested", InvocationType="Event", Payload=b"{}")
    assert answer["StatusCode"] == 202

    def tries() -> list[str]:
        return [line for line in lines(cloud) if line.startswith("try")] if eventually(lambda: logged(cloud)) else []

    assert eventually(lambda: len(tries()) == 1)
    cloud.clock.advance(timedelta(minutes=1))
    assert eventually(lambda: len(tries()) == 2)
    cloud.clock.advance(timedelta(minutes=2))
    assert eventually(lambda: len(tries()) == 3)
    cloud.clock.advance(timedelta(hours=1))
    assert len(set(tries())) == 1


def logged(cloud: Cloud) -> bool:
    groups = cloud.client("logs").describe_log_groups()["logGroups"]
    return any(group["logGroupName"] == "/aws/lambda/tested" for group in groups)


def test_invocations_run_side_by_side(cloud: Cloud, make_function: MakeFunction, tmp_path: Path) -> None:
    make_function(
        """
        import os, time
        def handler(event, context):
            open(event["here"], "w").close()
            while not os.path.exists(event["there"]):
                time.sleep(0.01)
        """
    )
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    results: list[Any] = []
    events = [{"here": first, "there": second}, {"here": second, "there": first}]
    threads = [threading.Thread(target=lambda each=each: results.append(invoke(cloud, each))) for each in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [(None, None), (None, None)]


def test_no_concurrency_means_no_run(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("def handler(event, context): pass")
    client = cloud.client("lambda", config=_no_retries())
    client.put_function_concurrency(FunctionName="tested", ReservedConcurrentExecutions=0)
    refused("TooManyRequestsException", client.invoke, FunctionName="tested")


def _no_retries() -> Any:
    from botocore.config import Config

    return Config(retries={"total_max_attempts": 1})


def test_a_function_that_is_not_there(cloud: Cloud) -> None:
    told = refused("ResourceNotFoundException", cloud.client("lambda").invoke, FunctionName="none")
    assert told == f"Function not found: arn:aws:lambda:us-east-1:{cloud.account}:function:none"


def test_another_language_is_told_of(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("", Runtime="nodejs22.x")
    told = refused("NotImplemented", cloud.client("lambda", config=_no_retries()).invoke, FunctionName="tested")
    assert told == "the local AWS runs functions in Python only, not nodejs22.x"


@pytest.mark.parametrize(
    ("trust", "role"),
    [
        ({"Service": "ec2.amazonaws.com"}, "role"),
        ({"Service": "lambda.amazonaws.com"}, "another"),
    ],
)
def test_a_role_that_lambda_cannot_assume(
    cloud: Cloud, make_function: MakeFunction, trust: dict[str, str], role: str
) -> None:
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}],
    }
    arn = make_role(cloud, "role", [], document).replace("/role", f"/{role}")
    told = refused("InvalidParameterValueException", make_function, code="", Role=arn)
    assert told == "The role defined for the function cannot be assumed by Lambda."


def test_a_role_that_cannot_make_interfaces(cloud: Cloud, make_function: MakeFunction) -> None:
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    network = {"SubnetIds": [subnet], "SecurityGroupIds": []}
    told = refused("InvalidParameterValueException", make_function, code="", actions=["logs:*"], VpcConfig=network)
    assert told == "The provided execution role does not have permissions to call CreateNetworkInterface on EC2"
    make_function("", name="second", actions=["ec2:*NetworkInterface*"], VpcConfig=network)


def test_a_subnet_that_is_not_there(cloud: Cloud, make_function: MakeFunction) -> None:
    network = {"SubnetIds": ["subnet-0123"], "SecurityGroupIds": []}
    told = refused("InvalidParameterValueException", make_function, code="", actions=["ec2:*"], VpcConfig=network)
    assert "InvalidSubnetID.NotFound" in told


def test_a_runtime_that_is_retired(cloud: Cloud, make_function: MakeFunction) -> None:
    """For longer than a function can be made with a runtime, one that has it can be changed."""
    kind, told = (
        "InvalidParameterValueException",
        "The runtime parameter of {} is no longer supported for creating or updating ",
    )
    make_function("", Runtime="nodejs16.x")  # It is only deprecated.
    client, settings = cloud.client("lambda"), {"FunctionName": "new", "Runtime": "nodejs14.x", "Handler": "a.b"}
    settings |= {"Role": client.get_function(FunctionName="tested")["Configuration"]["Role"]}
    answer = refused(kind, client.create_function, **settings, Code={"ZipFile": packed("")})
    assert answer.startswith(told.format("nodejs14.x"))
    change = client.update_function_configuration
    change(FunctionName="tested", Runtime="nodejs14.x")
    change(FunctionName="tested", MemorySize=256)
    assert refused(kind, change, FunctionName="tested", Runtime="nodejs12.x").startswith(told.format("nodejs12.x"))


def test_a_container_image_is_kept_but_not_run(cloud: Cloud) -> None:
    client = cloud.client("lambda", config=_no_retries())
    image = {"ImageUri": f"{cloud.account}.dkr.ecr.us-east-1.amazonaws.com/report:1"}
    role = make_role(cloud, "role", ["logs:*"])
    client.create_function(FunctionName="tested", Role=role, PackageType="Image", Code=image)
    client.update_function_configuration(FunctionName="tested", MemorySize=256)
    told = refused("NotImplemented", client.invoke, FunctionName="tested")
    assert told == "the local AWS runs functions in Python only, not images"
    client.delete_function(FunctionName="tested")


def test_a_reserved_variable(cloud: Cloud, make_function: MakeFunction) -> None:
    told = refused(
        "InvalidParameterValueException",
        make_function,
        code="",
        Environment={"Variables": {"AWS_REGION": "us-east-1", "OWN": "1"}},
    )
    assert told.endswith("Reserved keys used in this request: AWS_REGION")


def test_code_that_is_not_there(cloud: Cloud) -> None:
    role = make_role(cloud, "role", ["logs:*"])
    create = cloud.client("lambda").create_function
    settings = {"FunctionName": "tested", "Role": role, "Runtime": "python3.12", "Handler": "index.handler"}
    told = refused("InvalidParameterValueException", create, **settings, Code={"S3Bucket": "nowhere", "S3Key": "a.zip"})
    assert "NoSuchBucket" in told
    cloud.client("s3").create_bucket(Bucket="packages")
    told = refused(
        "InvalidParameterValueException", create, **settings, Code={"S3Bucket": "packages", "S3Key": "a.zip"}
    )
    assert "NoSuchKey" in told
    told = refused("InvalidParameterValueException", create, **settings, Code={"ZipFile": b"no zip"})
    assert told.startswith("Could not unzip uploaded file")


def test_a_permission_twice(cloud: Cloud, make_function: MakeFunction) -> None:
    make_function("")
    permission = {
        "FunctionName": "tested",
        "StatementId": "one",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
    }
    cloud.client("lambda").add_permission(**permission)
    told = refused("ResourceConflictException", cloud.client("lambda").add_permission, **permission)
    assert told.startswith("The statement id (one) provided already exists")


def test_nothing_is_left(tmp_path: Path) -> None:
    with Cloud.start(tmp_path / "cloud") as cloud:
        cloud.client("lambda").create_function(
            FunctionName="tested",
            Role=make_role(cloud, "role", ["logs:*"]),
            Code={"ZipFile": packed("def handler(event, _): open('/tmp/x' if 0 else event['file'], 'w').close()")},
            Runtime="python3.12",
            Handler="index.handler",
        )
        assert invoke(cloud, {"file": str(tmp_path / "written")}) == (None, None)
        assert (tmp_path / "written").exists()
    assert naming(tmp_path / "cloud") == []
    assert not any((tmp_path / "cloud" / "lambda" / "tmp").iterdir())
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("keyturn")]
