"""
AWS's wire protocols: what operation a request asks for, its parameters, and how answers and errors are written.

All of it is read from botocore's service models; the parsers and serializers for those models are moto's.
"""

from __future__ import annotations

import json
import uuid
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from botocore.exceptions import UnknownServiceError
from botocore.utils import parse_timestamp

from keyturn.local.call import Answer, Call, Parameters, Refused

MODELS = {
    "monitoring": "cloudwatch",
    "email": "ses",
    "elasticloadbalancing": "elbv2",
    "elasticfilesystem": "efs",
    "execute-api": "apigatewaymanagementapi",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""botocore's name of a service, where its signing name is another."""


@cache
def model(service: str) -> Any:
    """The service's model; None when botocore has none of that name."""
    from moto.core.utils import get_service_model

    try:
        return get_service_model(MODELS.get(service, service))
    except UnknownServiceError:
        return None


@cache
def _is_rest(service: str) -> bool:
    found = model(service)
    return found is not None and str(found.protocol).startswith("rest")


def protocol(service: str) -> str:
    """`json`, `query`, `ec2`, `rest-json` or `rest-xml`."""
    found = model(service)
    return str(found.protocol) if found is not None else "rest-xml"


def operation(call: Call) -> str:
    """The operation that a call asks for; empty when it cannot be told."""
    if target := call.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if not _is_rest(call.service):
        return _form(call).get("Action", "")
    from moto.core.routing import get_service_router
    from werkzeug.exceptions import NotFound

    try:
        return str(get_service_router(MODELS.get(call.service, call.service)).match(_request(call))[0].name)
    except (NotFound, NotImplementedError):
        return ""


def parameters(call: Call) -> dict[str, Any]:
    """
    The operation's parameters.

    Raises:
        Refused: They cannot be read.
    """
    from moto.core.parse import PROTOCOL_PARSERS, RequestParserError
    from werkzeug.datastructures import Headers, MultiDict

    described = model(call.service).operation_model(call.operation)
    uri: Mapping[str, Any] = {}
    if _is_rest(call.service):
        from moto.core.routing import get_service_router

        uri = get_service_router(MODELS.get(call.service, call.service)).match(_request(call))[1]
    request: Any = {
        "method": call.method,
        "values": MultiDict(_form(call)) if protocol(call.service) in ("query", "ec2") else MultiDict(_query(call)),
        "headers": Headers(list(call.headers.items())),
        "body": call.body,
        "url_path": urlsplit(call.path).path,
        "url_params": uri,
    }
    parser = PROTOCOL_PARSERS[protocol(call.service)](described, timestamp_parser=parse_timestamp)
    try:
        parsed = parser.parse(request)
    except (ValueError, TypeError, AttributeError, RecursionError, RequestParserError):
        parsed = None
    if not isinstance(parsed, dict):
        raise Refused("SerializationException", "the request cannot be read")
    return parsed


def answer(call: Call, result: Parameters | None) -> Answer:
    """An operation's result, as its service writes it."""
    if protocol(call.service) == "json":
        return Answer(200, {"Content-Type": "application/x-amz-json-1.1"}, _json(result or {}))
    from moto.core.serialize import SerializationContext, get_serializer_class

    name = MODELS.get(call.service, call.service)
    described = model(call.service).operation_model(call.operation)
    serializer = get_serializer_class(name, protocol(call.service))(described, SerializationContext(str(uuid.uuid4())))
    written = serializer.serialize(result or {})
    body = written["body"]
    return Answer(written["status_code"], dict(written["headers"]), body.encode() if isinstance(body, str) else body)


def refusal(call: Call, refused: Refused) -> Answer:
    """An error, as the service writes it."""
    request_id = str(uuid.uuid4())
    headers = {"x-amzn-RequestId": request_id}
    code, message = refused.code, refused.message
    match protocol(call.service):
        case "json":
            body = json.dumps({"__type": code, "message": message, **refused.members}).encode()
            return Answer(refused.status, {**headers, "Content-Type": "application/x-amz-json-1.1"}, body)
        case "rest-json":
            told = {"Type": "User", "Message": message} if call.service == "lambda" else {"message": message}
            headers |= {"Content-Type": "application/json", "x-amzn-errortype": code}
            return Answer(refused.status, headers, json.dumps({**told, **refused.members}).encode())
        case "query":
            error = f"<Error><Type>Sender</Type><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
            xml = f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>"
        case "ec2":
            error = f"<Errors><Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error></Errors>"
            xml = f"<Response>{error}<RequestID>{request_id}</RequestID></Response>"
        case _:
            xml = f"<Error><Code>{escape(code)}</Code><Message>{escape(message)}</Message><RequestId>{request_id}</RequestId></Error>"
    return Answer(refused.status, {**headers, "Content-Type": "text/xml"}, f'<?xml version="1.0"?>{xml}'.encode())


def error_of(answered: Answer) -> tuple[str, str]:
    """Code and text of an error in any protocol; empty where they cannot be told."""
    text = answered.body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        told = json.loads(text)
        code = answered.headers.get("x-amzn-errortype") or told.get("__type") or told.get("Code") or ""
        return str(code).rpartition("#")[2], str(told.get("message") or told.get("Message") or "")
    return _between(text, "Code"), _between(text, "Message")


def _between(text: str, tag: str) -> str:
    _, _, rest = text.partition(f"<{tag}>")
    return unescape(rest.partition(f"</{tag}>")[0].strip())


def _json(result: Parameters) -> bytes:
    return json.dumps({name: value for name, value in result.items() if value is not None}, default=_plain).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return round(value.timestamp(), 3)
    if isinstance(value, bytes):
        return b64encode(value).decode()
    raise TypeError(type(value).__name__)


def _query(call: Call) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(call.path).query, keep_blank_values=True))


def _form(call: Call) -> dict[str, str]:
    """The parameters of the query protocol, wherever the client put them."""
    return _query(call) | dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _request(call: Call) -> Any:
    from moto.core.request import Request

    return Request.from_primitives(call.method, f"http://localhost{call.path}", call.headers, call.body)
