"""IAM reads policies before it takes them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from clouds import make_role
from keyturn.local.cloud import Cloud


def document(version: str | None = "2012-10-17", **statement: Any) -> str:
    about = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", **statement}
    return json.dumps({**({"Version": version} if version else {}), "Statement": [about]})


def refused(call: Any, /, **parameters: Any) -> str:
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    assert raised.value.response["Error"]["Code"] == "MalformedPolicyDocument"
    text: str = raised.value.response["Error"]["Message"]
    return text


@pytest.mark.parametrize("version", [None, "2008-10-17"])
def test_inline_policies_may_be_of_the_older_version_and_managed_ones_not(cloud: Cloud, version: str | None) -> None:
    iam = cloud.client("iam")
    make_role(cloud, "reader", [])
    iam.put_role_policy(RoleName="reader", PolicyName="read", PolicyDocument=document(version))
    held = iam.get_role_policy(RoleName="reader", PolicyName="read")["PolicyDocument"]
    assert held == json.loads(document(version))
    text = refused(iam.create_policy, PolicyName="read", PolicyDocument=document(version))
    assert text == "Policy document must be version 2012-10-17 or greater."


def test_a_statement_may_not_have_any_name(cloud: Cloud) -> None:
    text = refused(cloud.client("iam").create_policy, PolicyName="read", PolicyDocument=document(Sid="read it"))
    assert text.startswith("Statement IDs (SID) must be alpha-numeric.")


def test_a_document_that_is_none_is_refused(cloud: Cloud) -> None:
    text = refused(cloud.client("iam").create_policy, PolicyName="read", PolicyDocument=document(Action=[{}]))
    assert text == "Syntax errors in policy."
