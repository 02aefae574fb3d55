"""
Sends a function's answer about a custom resource; CloudFormation puts a module of this name beside code that stands in a template.

It runs in the function's process, and imports nothing of keyturn.

Source: CloudFormation user guide, "cfn-response module".
"""

import json
import urllib.request
from typing import Any

SUCCESS = "SUCCESS"
FAILED = "FAILED"


def send(  # the arguments' names and order are CloudFormation's
    event: dict[str, Any],
    context: Any,
    responseStatus: str,  # noqa: N803
    responseData: dict[str, Any],  # noqa: N803
    physicalResourceId: str | None = None,  # noqa: N803
    noEcho: bool = False,  # noqa: N803
    reason: str | None = None,
) -> None:
    answer = {
        "Status": responseStatus,
        "Reason": reason or f"See the details in CloudWatch Log Stream: {context.log_stream_name}",
        "PhysicalResourceId": physicalResourceId or context.log_stream_name,
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "NoEcho": noEcho,
        "Data": responseData,
    }
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], body, {"Content-Type": ""}, method="PUT")  # noqa: S310
    try:
        urllib.request.urlopen(request).close()  # noqa: S310
    except OSError as error:
        print(f"send(..) failed executing the request: {error}")  # noqa: T201 - into the function's log
