"""
What Lambda asks before it takes a function: may it assume the role, may the role make network interfaces, is the code there, does it
still take the runtime?

Source: Lambda developer guide, "Defining Lambda function permissions with an execution role", "Giving Lambda functions access to
resources in an Amazon VPC", "Lambda environment variables" (what they may be called, and reserved ones).
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from keyturn.facts import functions as facts
from keyturn.facts import runtime_names, runtime_support
from keyturn.facts.partitions import partition
from keyturn.local import kms
from keyturn.local.authorization import Target, decide, decide_key
from keyturn.local.call import Call, Caller, Refused
from keyturn.local.functions import errors
from keyturn.local.functions.function import Function
from keyturn.local.moto_state import backend
from keyturn.policy import Request, evaluate


def check(call: Call, parameters: Mapping[str, Any]) -> None:
    """
    See whether Lambda takes what CreateFunction or an update says, as far as it says it.

    Raises:
        Refused: It does not.
    """
    variables = (parameters.get("Environment") or {}).get("Variables") or {}
    if facts.malformed(variables):
        raise Refused.with_error(facts.MALFORMED_VARIABLE)
    if used := sorted(facts.RESERVED_VARIABLES & variables.keys()):
        raise Refused.with_error(facts.reserved(used))
    if role := parameters.get("Role"):
        check_role(call, role)
    if parameters.get("VpcConfig"):
        check_network(call, parameters.get("Role", ""), parameters["VpcConfig"])
    code = parameters.get("Code", parameters)
    if parameters.get("PackageType", "Zip") == "Zip" and ("ZipFile" in code or "S3Bucket" in code):
        check_code(call, code)


def check_runtime(runtime: str | None, day: date, *, new: bool) -> None:
    """
    Is the runtime taken for a new function, or for a change of one that has it?

    Raises:
        Refused: It is known not to be. What AWS only plans is taken, and so is what may be newer than the facts.
    """
    if runtime and not runtime_names.known(runtime) and runtime_names.meant(runtime) is not None:
        raise Refused.with_error(runtime_names.not_a_runtime(runtime))
    if runtime and runtime_support.refused(runtime, day, new=new):
        raise Refused.with_error(runtime_support.not_supported(runtime))


def check_role(call: Call, arn: str) -> None:
    """May Lambda assume this role? Not if it is not there, either."""
    place = partition(call.region).name
    name = arn.rpartition("/")[2]
    role = next((each for each in backend("iam", call.account, place).roles.values() if each.name == name), None)
    if role is None or role.arn != arn:
        raise Refused.with_error(facts.cannot_be_assumed())
    request = Request(facts.PRINCIPAL, "sts:AssumeRole", arn, context={"aws:SourceAccount": call.account})
    if not evaluate(request, resource_policy=role.assume_role_policy_document).allowed:
        raise Refused.with_error(facts.cannot_be_assumed())


def check_network(call: Call, role: str, wanted: Mapping[str, Any]) -> None:
    """Are subnets and groups there, and may the role make interfaces in them?"""
    ec2 = backend("ec2", call.account, call.region)
    subnets, groups = wanted.get("SubnetIds") or [], wanted.get("SecurityGroupIds") or []
    known = {subnet.id for subnet in ec2.describe_subnets()}
    for subnet in subnets:
        if subnet not in known:
            raise errors.no_subnet(subnet)
    for group in groups:
        if ec2.get_security_group_from_id(group) is None:
            raise errors.no_security_group(group)
    if not subnets or not role:
        return
    prefix = f"arn:{partition(call.region).name}:ec2:{call.region}:{call.account}:"
    made = [f"{prefix}network-interface/*"]
    made += [f"{prefix}subnet/{subnet}" for subnet in subnets] + [f"{prefix}security-group/{group}" for group in groups]
    needs = {
        "CreateNetworkInterface": made,
        "DescribeNetworkInterfaces": ["*"],
        "DeleteNetworkInterface": [f"{prefix}*/*"],
    }
    caller = role_session(call.account, role, "lambda")
    for operation, resources in needs.items():
        for resource in resources:
            if not decide(caller, f"ec2:{operation}", Target(resource), region=call.region).allowed:
                raise Refused.with_error(facts.cannot_make_interfaces(f"ec2:{operation}"))


def check_source(call: Call, role: str, source: str) -> None:
    """May the role read what a function is to be invoked for?"""
    reading = facts.reading(source)
    caller = role_session(call.account, role, "lambda")
    for action in reading.calls if reading else ():
        assert reading
        if not decide(caller, action, Target(source), region=call.region).allowed:
            raise Refused.with_error(facts.cannot_read(action, reading.service))


def check_variables(function: Function) -> None:
    """
    See whether the role may decrypt the function's environment variables before it runs.

    Source: Lambda developer guide, "Securing Lambda environment variables"; API reference, Invoke.
    """
    if not function.key or not function.variables:
        return
    key = kms.find(function.account, function.region, function.key)
    if key is not None and not key.usable:
        raise errors.variables_not_decrypted("KMSDisabledException", "the KMS key used is disabled")
    caller = role_session(function.account, function.role, function.name, function.arn)
    context = {"aws:lambda:FunctionArn": function.arn}
    if (
        key is None
        or not decide_key(caller, "kms:Decrypt", key, region=function.region, context=context, via="lambda").allowed
    ):
        raise errors.variables_not_decrypted("KMSAccessDeniedException", "KMS access was denied")


def check_code(call: Call, code: Mapping[str, Any]) -> None:
    """Is the package there, and is it a zip file?"""
    archive: Any = code.get("ZipFile")
    if archive is None:
        s3 = backend("s3", call.account, partition(call.region).name)
        if code["S3Bucket"] not in s3.buckets:
            raise errors.no_code("NoSuchBucket", "The specified bucket does not exist")
        found = s3.get_object(code["S3Bucket"], code.get("S3Key", ""))
        if found is None:
            raise errors.no_code("NoSuchKey", "The specified key does not exist.")
        archive = found.value
    elif isinstance(archive, str):
        try:
            archive = base64.b64decode(archive, validate=True)
        except binascii.Error:
            raise errors.not_a_zip() from None
    if not zipfile.is_zipfile(io.BytesIO(archive)):
        raise errors.not_a_zip()


def role_session(account: str, role: str, session: str, function: str = "") -> Caller:
    """Whoever acts as a role."""
    name = role.rpartition("/")[2]
    arn = f"{role.split(':iam:')[0]}:sts::{account}:assumed-role/{name}/{session}"
    return Caller(arn, account, "role", name, function)
