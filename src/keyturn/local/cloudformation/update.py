"""
From what stands to what is wanted: made, changed, made anew; what is no more wanted goes last. Or back again.

Source: CloudFormation user guide, "Update behaviors of stack resources", "Continue rolling back an update" and "Choose how to handle
failures when provisioning resources".
"""

from __future__ import annotations

from dataclasses import replace

from keyturn.graph import Resource
from keyturn.local.cloudformation import stack_policy
from keyturn.local.cloudformation.builder import Builder
from keyturn.local.cloudformation.engine import settle_outputs
from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.stack import Made, Stack, Undo
from keyturn.local.cloudformation.types import kind
from keyturn.read.order import order

CANCELLED = "Resource update cancelled"


def update(builder: Builder, wanted: Stack) -> None:
    """Bring a stack to what is wanted, or back to what it was."""
    stack = builder.stack
    if stack.undo is None:
        stack.undo = Undo(_as_it_was(stack))
    builder.say("UPDATE_IN_PROGRESS", "User Initiated")
    stack.template, stack.graph, stack.parameters, stack.tags = (
        wanted.template,
        wanted.graph,
        wanted.parameters,
        wanted.tags,
    )
    told = _forward(builder, stack.undo, wanted.policy or stack.policy) or settle_outputs(builder)
    if told is None:
        stack.description, stack.capabilities = wanted.description, wanted.capabilities
        stack.imports = builder.lookup.imported
        _clean_up(builder, stack.undo)
        return
    if wanted.on_failure == "DO_NOTHING" and not builder.halted.is_set():
        builder.say("UPDATE_FAILED", told)
        return
    builder.say("UPDATE_ROLLBACK_IN_PROGRESS", told)
    roll_back(builder)


def _as_it_was(stack: Stack) -> Stack:
    before = replace(stack, events=[], undo=None)
    before.resources = {name: replace(made) for name, made in stack.resources.items()}
    return before


def _forward(builder: Builder, undo: Undo, policy: str | None) -> str | None:
    """Make and change; why it went no further, else None."""
    stack = builder.stack
    for made in [*stack.resources.values()]:
        if made.logical not in stack.graph.resources and (denied := stack_policy.denied(policy, "Delete", made)):
            builder.tell(made, "UPDATE_FAILED", denied)
            return _told("update", made.logical)
    for resource in order(stack.graph):
        if builder.halted.is_set():
            return "User Initiated"
        standing = stack.resources.get(resource.name)
        if standing is not None and not standing.identity:  # an earlier attempt has not made it
            former = undo.before.resources.get(resource.name)
            made_well = builder.create(resource) if former is None else _again(builder, resource, former)
            _remember(undo, stack.resources[resource.name])
            doing = "create" if former is None else "update"
        elif standing is None:
            made_well, doing = builder.create(resource), "create"
            _remember(undo, stack.resources[resource.name])
        else:
            made_well, doing = _bring(builder, undo, policy, resource, standing), "update"
        if not made_well:
            return _told(doing, resource.name)
    return None


def _remember(undo: Undo, made: Made) -> None:
    """That something has been made; what did not come to be under its name before is forgotten."""
    undo.new = [each for each in undo.new if each.identity or each.logical != made.logical] + [made]


def _again(builder: Builder, resource: Resource, former: Made) -> bool:
    """Make a resource anew, of which an earlier attempt has not come about."""
    builder.stack.resources[resource.name] = former
    return builder.replace(resource, builder.lookup.resolve(resource.properties))


def _told(doing: str, name: str) -> str:
    return f"The following resource(s) failed to {doing}: [{name}]. "


def _bring(builder: Builder, undo: Undo, policy: str | None, resource: Resource, standing: Made) -> bool:
    """Bring a resource that stands to what its template says; whether that went well."""
    try:
        properties = builder.lookup.resolve(resource.properties)
    except Failed as failed:
        builder.tell(standing, "UPDATE_FAILED", str(failed))
        return False
    how = kind(resource.type)
    assert how  # types are looked at before an update begins
    standing.policies = resource.metadata
    if standing.type == resource.type and standing.properties == properties and not how.always:
        return True
    doing = "Replace" if builder.replaces(resource, standing, properties) else "Modify"
    if denied := stack_policy.denied(policy, doing, standing):
        builder.tell(standing, "UPDATE_FAILED", denied)
        return False
    was = replace(standing)
    answer = builder.change(resource, properties)
    if answer is not None:
        undo.changed.append(was)
        if standing.identity != was.identity:
            undo.left.append(was)
        return answer
    if denied := stack_policy.denied(policy, "Replace", standing):
        builder.tell(standing, "UPDATE_FAILED", denied)
        return False
    undo.replaced.append(was)
    well = builder.replace(resource, properties)
    undo.new.append(builder.stack.resources[resource.name])
    return well


def _clean_up(builder: Builder, undo: Undo) -> None:
    """Remove what was replaced and what is no more declared."""
    stack = builder.stack
    stack.undo = None
    builder.say("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    unwanted = [made for name, made in stack.resources.items() if name not in stack.graph.resources]
    for made in reversed(unwanted):
        builder.delete(made)
        del stack.resources[made.logical]
    for made in reversed([*undo.replaced, *undo.left]):
        builder.delete(made, replaced=True)
    builder.say("UPDATE_COMPLETE")


def roll_back(builder: Builder, skipped: frozenset[str] = frozenset()) -> None:
    """
    Undo an update: what it made goes, what it changed is changed back. Where that fails it can be gone on with.

    Args:
        skipped: The logical names of resources that are left as they are, and taken to be changed back.
    """
    stack, undo = builder.stack, builder.stack.undo
    assert undo is not None  # nobody asks for it otherwise
    before = undo.before
    stack.template, stack.graph, stack.parameters, stack.tags = (
        before.template,
        before.graph,
        before.parameters,
        before.tags,
    )
    failed: list[Made] = []
    for was in reversed(undo.changed):
        declared = stack.graph.resources.get(was.logical)
        if was.logical in skipped:
            builder.tell(stack.resources[was.logical], "UPDATE_COMPLETE")
        elif declared is not None and builder.change(declared, was.properties) is False:
            failed.append(was)
    undo.changed = failed[::-1]
    if failed:
        names = ", ".join(was.logical for was in failed)
        builder.say("UPDATE_ROLLBACK_FAILED", f"The following resource(s) failed to update: [{names}]. ")
        return
    builder.say("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    for made in reversed(undo.new):
        builder.delete(made, rollback=True)
        stack.resources.pop(made.logical, None)
    for was in undo.replaced:
        stack.resources[was.logical] = was
    stack.resources = {name: stack.resources[name] for name in before.resources if name in stack.resources}
    stack.outputs, stack.exports, stack.imports, stack.undo = before.outputs, before.exports, before.imports, None
    builder.say("UPDATE_ROLLBACK_COMPLETE")
