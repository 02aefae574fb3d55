"""
Run a Pulumi program against an engine that only listens.

The one module that touches the SDK, and the part of it that is semi-private: `pulumi.runtime.mocks` and the protocol behind it, as they
are in Pulumi 3.272, and have been since 3.100: a program brings its own. Everything else here works on plain data.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import traceback
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import unquote, urlparse

from google.protobuf import empty_pb2, json_format, struct_pb2  # type: ignore[import-untyped]
from pulumi.runtime import config, mocks, resource, settings, stack
from pulumi.runtime.proto import provider_pb2, resource_pb2, source_pb2

from keyturn.read.pulumi.places import LIBRARIES
from keyturn.read.pulumi.registration import Invocation, Json, Recording, Registration
from keyturn.read.pulumi.results import shape

_HERE = Path(__file__)
_INVOKED: Any = getattr(resource_pb2, "ResourceInvokeResponse", None) or provider_pb2.InvokeResponse
"""The result of a function, as today's SDK takes it, or an older one."""


class Listener(Protocol):
    """What answers the program."""

    def declare(self, registration: Registration) -> tuple[str, dict[str, Json]]:
        """The id and the outputs that a resource will have; empty, and without those, that are not known."""

    def invoke(self, invocation: Invocation) -> dict[str, Json]:
        """The result of a provider's function."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the CLI would tell a program about itself. `config` is by full name, `project:key`; `secrets` are such names."""

    project: str
    stack: str
    organization: str = "organization"
    config: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()


def run(program: Callable[[], Awaitable[None] | None], setting: Setting, listener: Listener) -> Recording:
    """
    Run a program to its end, as a preview: what is not known before deployment stays unknown to it.

    Raises:
        Exception: Whatever the program raised.
    """
    return contextvars.copy_context().run(_run, program, setting, listener)


def _run(program: Callable[[], Awaitable[None] | None], setting: Setting, listener: Listener) -> Recording:
    monitor: Any = _Monitor(listener)
    make: Any = mocks.MockSettings
    settings.configure(
        make(
            monitor=monitor,
            **_features(monitor),
            engine=mocks.MockEngine(None),
            project=setting.project,
            stack=setting.stack,
            organization=setting.organization,
            dry_run=True,
            callbacks=None,
        )
    )
    if not hasattr(resource, "_get_stack_trace"):
        resource._get_source_position = _position  # type: ignore[assignment]
    settings.set_root_resource(None)  # type: ignore[arg-type]
    config.set_all_config(dict(setting.config), list(setting.secrets))
    loop = asyncio.new_event_loop()
    loop.set_default_executor(_InTurn(max_workers=1))
    try:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(stack.run_in_stack(program))
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        asyncio.set_event_loop(None)
        loop.close()
    return Recording(tuple(monitor.told), monitor.exports)


def _features(monitor: Any) -> dict[str, Any]:
    """What the engine can do, as the SDK asks for it: all at once, or an older one each by itself."""
    if hasattr(monitor, "GetDeploymentInfo"):
        return {"monitor_features": set(monitor.GetDeploymentInfo(empty_pb2.Empty()).supportedFeatures)}
    return {"feature_support": {}}


def _position(*_: int) -> Any:
    """The innermost call that is no library's. What an older SDK takes for that itself is a line of the provider's package."""
    for frame in reversed(traceback.extract_stack()):
        file = Path(frame.filename)
        if file.is_absolute() and file != _HERE and not any(part in LIBRARIES for part in file.parts):
            return source_pb2.SourcePosition(uri=file.as_uri(), line=frame.lineno or 0)
    return None


class _InTurn(ThreadPoolExecutor):
    """Does at once what it is given, so that every run tells the engine the same things in the same order."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 (it is handed on)
            future.set_exception(error)
        return future


class _Monitor(mocks.MockMonitor):
    """The engine's side of the protocol. The base class answers what has nothing to do with resources."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(_NoMocks())
        self.listener = listener
        self.told: list[Registration | Invocation] = []
        self.exports: dict[str, Json] = {}
        self.states: dict[str, dict[str, Json]] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 (the protocol's name)
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == "pulumi:pulumi:Stack":
            return resource_pb2.RegisterResourceResponse(urn=urn)
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=request.custom,
            inputs=_data(request.object),
            frames=_frames(request),
            parent=request.parent,
            dependencies=tuple(sorted(request.dependencies)),
            property_dependencies={
                name: tuple(sorted(of.urns)) for name, of in sorted(request.propertyDependencies.items())
            },
            provider=request.provider,
            remote=request.remote,
            identifier=request.importId,
            protect=request.protect,
            retain=request.retainOnDelete,
            delete_before_replace=request.deleteBeforeReplace,
        )
        identifier, outputs = self._declare(registration)
        return resource_pb2.RegisterResourceResponse(urn=urn, id=identifier, object=_struct(outputs))

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        registration = Registration(
            urn=urn,
            type=request.type,
            name=request.name,
            custom=True,
            inputs=_data(request.properties),
            frames=_frames(request),
            parent=request.parent,
            dependencies=tuple(sorted(request.dependencies)),
            provider=request.provider,
            identifier=request.id,
            exists=True,
        )
        identifier, outputs = self._declare(registration)
        return resource_pb2.ReadResourceResponse(urn=urn, id=identifier, properties=_struct(outputs))

    def _declare(self, registration: Registration) -> tuple[str, dict[str, Json]]:
        self.told.append(registration)
        identifier, outputs = (
            self.listener.declare(registration) if registration.custom or registration.remote else ("", {})
        )
        self.states[registration.urn] = {"urn": registration.urn, "id": identifier, "state": outputs}
        return identifier, outputs

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        if request.tok == "pulumi:pulumi:getResource":
            state = self.states.get(_data(request.args)["urn"], {})
            return _INVOKED(**{"return": _struct(state)})
        invocation = Invocation(request.tok, _data(request.args), shape(request.tok))
        self.told.append(invocation)
        return _INVOKED(**{"return": _struct(self.listener.invoke(invocation))})

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if request.urn.split("::")[2] == "pulumi:pulumi:Stack":
            self.exports = _data(request.outputs)
        return empty_pb2.Empty()


class _NoMocks(mocks.Mocks):
    """Never asked: the monitor answers itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise NotImplementedError

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise NotImplementedError


def _data(struct: Any) -> dict[str, Json]:
    """
    What travels as a protobuf, as plain data.

    Numbers travel as floating point, objects in no order; whole numbers come back as integers, and objects sorted.
    """
    return {name: _value(struct.fields[name]) for name in sorted(struct.fields)}


def _value(value: Any) -> Json:
    match value.WhichOneof("kind"):
        case "struct_value":
            return _data(value.struct_value)
        case "list_value":
            return [_value(item) for item in value.list_value.values]
        case "number_value":
            number: float = value.number_value
            return int(number) if number.is_integer() else number
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
    return None


def _struct(data: dict[str, Json]) -> Any:
    return json_format.ParseDict(data, struct_pb2.Struct())


def _frames(request: Any) -> tuple[tuple[str, int], ...]:
    """The calls on the way to a resource; of them, an older SDK tells the one that `_position` finds."""
    trace = getattr(request, "stackTrace", None)
    places = [request.sourcePosition] if trace is None else [frame.pc for frame in trace.frames]
    return tuple(
        (os.path.normpath(unquote(urlparse(place.uri).path)), place.line)
        for place in places
        if place.uri.startswith("file:")
    )
