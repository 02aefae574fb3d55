"""
SAM templates -> CloudFormation, by AWS's own translator (`aws-sam-translator`, an extra).

Code that is on this machine is taken to be uploaded, as `sam package` does before.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from keyturn.graph import Parameter, Path, Remark, Unknown
from keyturn.read.cloudformation.invalid import TemplateError
from keyturn.read.source import Source
from keyturn.read.world import World

UPLOADED = "s3://deployment/uploaded"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/deployment:uploaded"
LOCAL = {
    "AWS::Serverless::Function": ("CodeUri",),
    "AWS::Serverless::LayerVersion": ("ContentUri",),
    "AWS::Serverless::Api": ("DefinitionUri",),
    "AWS::Serverless::HttpApi": ("DefinitionUri",),
    "AWS::Serverless::StateMachine": ("DefinitionUri",),
}
"""Properties that name something on this machine until it is packaged."""
GLOBALS = "Globals"
DEFINED = {
    "AWS::Serverless::Api": {"swagger": "2.0", "info": {"title": "included", "version": "1"}, "paths": {}},
    "AWS::Serverless::HttpApi": {"openapi": "3.0.1", "info": {"title": "included", "version": "1"}, "paths": {}},
}
"""Of each kind of API, a definition that stands for one from another file: SAM, which runs after `AWS::Include`, looks into it."""


def translated(source: Source, world: World, parameters: Mapping[str, Parameter]) -> Source:
    """
    The template as SAM's transform leaves it; as it stands, and a remark, where the translator is not installed.

    Raises:
        TemplateError: SAM would refuse it.
    """
    try:
        from samtranslator.model.exceptions import InvalidDocumentException
        from samtranslator.parser.parser import Parser
        from samtranslator.plugins.application.serverless_app_plugin import ServerlessAppPlugin
        from samtranslator.translator.translator import Translator
    except ImportError:
        told = "SAM's own resources are not looked into: install keyturn[sam] for that"
        return dataclasses.replace(source, remarks=(*source.remarks, Remark(source.place(("Transform",)), told)))

    import logging

    if not (logger := logging.getLogger("samtranslator")).hasHandlers():
        logger.addHandler(logging.NullHandler())  # It warns of its own settings; without this, on standard error.

    def attempt(given: dict[str, str]) -> Any:
        # Of a session it asks nothing but the region. No policies are given: it knows AWS's managed ones itself.
        pseudo = {"AWS::Partition": world.partition, "AWS::Region": world.region}  # All that SAM knows, as AWS runs it.
        applications = ServerlessAppPlugin(sar_client=_Repository(), parameters={**given, **pseudo})
        session = SimpleNamespace(region_name=world.region)
        translator = Translator({}, Parser(), plugins=[applications], boto_session=session)
        try:
            return translator.translate(_packaged(source.data), given)
        finally:
            translator.metrics.publish()  # Which goes nowhere; without it the translator warns of metrics when it is gone.

    given = {name: str(each.value) for name, each in parameters.items() if not isinstance(each.value, Unknown)}
    try:
        try:
            data = attempt(given)
        except InvalidDocumentException:
            # SAM itself has to know some values, e.g. an alias's name, and is given all when it runs.
            if given.keys() == parameters.keys():
                raise
            data = attempt({**{name: _stand_in(name, each) for name, each in parameters.items()}, **given})
    except InvalidDocumentException as error:
        raise _refused(source, error.causes[0].message) from None
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
        raise TemplateError(("Transform",), f"SAM cannot translate it: {error}") from None
    _put_back(source.data, data)
    return dataclasses.replace(source, data=data, moved={**source.moved, **_moved(source.data, data)})


class _Repository:
    """The Serverless Application Repository as the translator asks it, but without a call: where an application's template would be."""

    def create_cloud_formation_template(self, **wanted: str) -> dict[str, str]:
        _, _, name = wanted["ApplicationId"].rpartition("/")
        url = f"https://serverlessrepo.invalid/{name}/{wanted['SemanticVersion']}"
        return {"TemplateUrl": url, "Status": "ACTIVE", **wanted}


def _stand_in(name: str, parameter: Parameter) -> str:
    """A value that a parameter may have, for one that is not given."""
    allowed = parameter.declaration.get("AllowedValues")
    return str(allowed[0]) if isinstance(allowed, list | tuple) and allowed else name


def _packaged(data: Any) -> Any:
    packaged = copy.deepcopy(data)
    for resource in packaged["Resources"].values():
        if not isinstance(resource, dict) or not isinstance(properties := resource.setdefault("Properties", {}), dict):
            continue
        metadata = resource.get("Metadata")
        if isinstance(metadata, dict) and "Dockerfile" in metadata:
            properties.setdefault("ImageUri", IMAGE)
        inline = properties.keys() & {"InlineCode", "ImageUri"} or properties.get("PackageType") == "Image"
        for name in LOCAL.get(str(resource.get("Type")), ()):
            uri = properties.get(name)
            local = isinstance(uri, str) and not uri.startswith("s3://")
            if local or (name == "CodeUri" and uri is None and not inline):
                properties[name] = UPLOADED
        if _included(properties.get("DefinitionBody")) and (stands := DEFINED.get(str(resource.get("Type")))):
            properties["DefinitionBody"] = copy.deepcopy(stands)
    return packaged


def _included(definition: Any) -> bool:
    return isinstance(definition, dict) and "Fn::Transform" in definition


def _put_back(before: Any, after: Any) -> None:
    """Definitions from other files, in place of what stood for them."""
    for name, resource in before["Resources"].items():
        properties = resource.get("Properties") if isinstance(resource, dict) else None
        definition = properties.get("DefinitionBody") if isinstance(properties, dict) else None
        if _included(definition) and resource.get("Type") in DEFINED:
            after["Resources"][name]["Properties"]["Body"] = definition


def _moved(before: Any, after: Any) -> dict[Path, Path]:
    """
    Where what SAM makes stands in the template: a resource's name begins with that of its maker; what a resource does not say itself
    stands in `Globals`.
    """
    own = sorted(before["Resources"], key=len, reverse=True)
    moved = _global(before)
    for name in after.get("Resources", {}):
        if name not in before["Resources"]:
            maker = next((each for each in own if name.startswith(each)), None)
            moved["Resources", name] = ("Resources", maker) if maker else ("Transform",)
    return moved


def _global(before: Any) -> dict[Path, Path]:
    shared = before.get("Globals")
    moved: dict[Path, Path] = {}
    for name, resource in before["Resources"].items() if isinstance(shared, dict) else ():
        kind = str(resource.get("Type")).rpartition("::")[2] if isinstance(resource, dict) else ""
        properties = resource.get("Properties") if kind else None
        for each in shared.get(kind) or ():
            if not isinstance(properties, dict) or each not in properties:
                moved["Resources", name, "Properties", each] = (GLOBALS, kind, each)
    return moved


def _refused(source: Source, message: str) -> TemplateError:
    """An error of the translator's, at the resource that it names."""
    named = next((name for name in source.data["Resources"] if f"[{name}]" in message), None)
    shown = message[:1].lower() + message[1:].rstrip(".")
    return TemplateError(("Resources", named) if named else ("Transform",), f"SAM refuses it: {shown}")
