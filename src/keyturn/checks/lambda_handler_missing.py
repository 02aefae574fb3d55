"""
A function is to run a handler that its code does not have.

The handler names a module and a function in it, `module.function`. Code that is written into the template is always the module `index`.
Lambda looks for it when it is invoked first, not when the function is created.

Fix: name the module by its path in the package, and a function that it defines.

Why it matters: the stack deploys, and each invocation fails before its first line of code. A rotation function of that kind leaves the
secret as it is, and every schedule after it.

Scope: functions in Python whose code is written into the template, or is a folder or zip file on this machine

Noticed: at the first invocation, in the function's log: `Runtime.ImportModuleError` or `Runtime.HandlerNotFound`

Recovery: change the handler or the package and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
  https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keyturn.check import Finding, Fix, Note, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.packages import Package, package_of
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def lambda_handler_missing(function: Resource, graph: Graph) -> Iterator[Outcome]:
    handler, package = function.get("Handler"), package_of(function, graph)
    if package is None or package.is_source or not isinstance(handler, str):
        return
    module, _, name = handler.rpartition(".")
    file = package.module(module.replace("/", "."))
    at, note = function.at("Handler"), (Note(package.at, "the code"),)
    elsewhere = function.get("Layers") or function.get("Environment", "Variables", "PYTHONPATH")
    if file is None and elsewhere:
        yield Undecided(at, f"whether a layer of {function} has the module `{module}` is not known")
    elif file is None:
        there = package.module("index") if package.root is None else None
        named = f"index.{name}" if there else ""
        defined = _defines(package, "index.py", name) if there else False
        yield Finding(
            at=at,
            message=f"the code of {function} has no module `{module}`" + (": it is `index`" if there else ""),
            related=note,
            fix=Fix(f"name it {named}", at, replace=named) if defined else None,
            hint="" if defined else "name a module that is in the package, and a function in it",
        )
    elif file.endswith(".py") and _defines(package, file, name) is False:
        yield Finding(at, f"`{file}` defines no `{name}`", note, hint=f"define `{name}`, or name what is defined")


def _defines(package: Package, file: str, name: str) -> bool | None:
    """Whether a module binds a name; None if that cannot be told."""
    tree = package.trees.get(file)
    if tree is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.ImportFrom | ast.Import):
            for each in node.names:
                if each.name == "*":
                    return None
                if (each.asname or each.name.partition(".")[0]) == name:
                    return True
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("globals", "exec"):
            return None
    return False
