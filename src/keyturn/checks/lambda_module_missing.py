"""
A function imports a module that is neither in its package nor in Lambda's runtime.

The runtime for Python has the standard library and the AWS SDK. Anything else, such as the driver of a database, has to be in the package
or in a layer. Code that is written into the template can bring nothing with it.

Fix: install the module into the package, or add a layer that has it.

Why it matters: the stack deploys, and each invocation fails before its first line of code. It is the commonest fault of rotation functions
that are written by hand: they log in to a database, and the runtime has no driver.

Scope: functions in Python whose code is written into the template, or is a folder or zip file on this machine, as it is deployed

Noticed: at the first invocation, in the function's log: `Runtime.ImportModuleError: Unable to import module`

Recovery: add the module and deploy again

Source: https://docs.aws.amazon.com/lambda/latest/dg/python-package.html
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from keyturn.check import Finding, Outcome, Undecided, Verdict, check
from keyturn.checks.evidence.packages import Package, package_of
from keyturn.facts.runtimes import INLINE_MODULES, PYTHON_MODULES
from keyturn.graph import Graph, Resource


@check("AWS::Lambda::Function", verdict=Verdict.DEAD)
def lambda_module_missing(function: Resource, graph: Graph) -> Iterator[Outcome]:
    handler, package = function.get("Handler"), package_of(function, graph)
    if package is None or not isinstance(handler, str) or function.get("Environment", "Variables", "PYTHONPATH"):
        return
    first = package.module(handler.rpartition(".")[0].replace("/", "."))
    missing = _missing(package, first) if first else {}
    if not missing:
        return
    listed = ", ".join(f"`{name}`" for name in missing)
    if function.get("Layers"):
        yield Undecided(package.at, f"whether a layer of {function} has {listed} is not known")
    elif package.is_source:
        yield Undecided(package.at, f"whether the build installs {listed} is not known")
    else:
        where = ", ".join(dict.fromkeys(missing.values()))
        hint = "add a layer that has it, or deploy a package: code in a template can bring no module"
        yield Finding(
            at=package.at,
            message=f"{function} imports {listed}, which neither its package nor the runtime has ({where})",
            hint=hint if package.root is None else "install it into the package, or add a layer that has it",
        )


def _missing(package: Package, first: str) -> dict[str, str]:
    """Modules that are imported when a file is, and are nowhere; each with the file that imports it."""
    if package.root is None and "import" not in package.inline:  # As most code in templates, which is short.
        return {}
    brought = PYTHON_MODULES | (INLINE_MODULES if package.root is None else frozenset())
    waiting, seen, missing = [first], {first}, dict[str, str]()
    while waiting:
        file = waiting.pop()
        for dotted in _imports(package.trees.get(file)):
            own = package.module(dotted) or package.module(dotted.partition(".")[0])
            if own is None and dotted.partition(".")[0] not in brought:
                missing.setdefault(dotted.partition(".")[0], file)
            elif own is not None and own not in seen:
                seen.add(own)
                waiting.append(own)
    return missing


def _imports(tree: ast.Module | None) -> Iterator[str]:
    """The modules that a module needs as soon as it is loaded: not those it can do without, nor those within functions."""
    if tree is None or any(
        isinstance(node, ast.Attribute) and ast.unparse(node) == "sys.path" for node in ast.walk(tree)
    ):
        return  # Where modules are looked for is changed.
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module
