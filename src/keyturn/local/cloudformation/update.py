"""From what stands to what is wanted: made, changed, made anew; what is no more wanted goes last. Or back again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from keyturn.local.cloudformation.builder import Builder
from keyturn.local.cloudformation.engine import settle_outputs
from keyturn.local.cloudformation.refusal import Failed
from keyturn.local.cloudformation.stack import Made, Stack
from keyturn.local.cloudformation.types import kind
from keyturn.read.order import order


@dataclass
class Steps:
    """
    What an update has done so far.

    Attributes:
        new: What was made, in its order.
        changed: What was changed, as it was before.
        replaced: What was made anew, as it was before.
        left: What custom resources have put another thing in place of, as it was before.
    """

    new: list[Made] = field(default_factory=list)
    changed: list[Made] = field(default_factory=list)
    replaced: list[Made] = field(default_factory=list)
    left: list[Made] = field(default_factory=list)


def update(builder: Builder, wanted: Stack) -> None:
    """Bring a stack to what is wanted, or back to what it was."""
    stack = builder.stack
    before = replace(stack)
    before.resources = {name: replace(made) for name, made in stack.resources.items()}
    builder.say("UPDATE_IN_PROGRESS", "User Initiated")
    stack.template, stack.graph, stack.parameters, stack.tags = (
        wanted.template,
        wanted.graph,
        wanted.parameters,
        wanted.tags,
    )
    steps = Steps()
    failed = _forward(builder, steps) or settle_outputs(builder)
    if failed is None:
        stack.description, stack.capabilities = wanted.description, wanted.capabilities
        _clean_up(builder, steps)
        return
    told = f"The following resource(s) failed to update: [{failed}]." if failed in stack.graph.resources else failed
    builder.say("UPDATE_ROLLBACK_IN_PROGRESS", told)
    _back(builder, steps, before)


def _forward(builder: Builder, steps: Steps) -> str | None:
    """Make and change; the name of the resource that failed, else None."""
    stack = builder.stack
    resources = order(stack.graph)
    for resource in resources:
        standing = stack.resources.get(resource.name)
        if standing is None:
            made_well = builder.create(resource)
            steps.new.append(stack.resources[resource.name])
        else:
            try:
                properties = builder.lookup.resolve(resource.properties)
            except Failed as failed:
                builder.tell(standing, "UPDATE_FAILED", str(failed))
                return resource.name
            how = kind(resource.type)
            assert how  # types are looked at before an update begins
            standing.policies = resource.metadata
            if standing.type == resource.type and standing.properties == properties and not how.always:
                continue
            was = replace(standing)
            answer = builder.change(resource, properties)
            if answer is None:
                steps.replaced.append(was)
                made_well = builder.replace(resource, properties)
                steps.new.append(stack.resources[resource.name])
            else:
                made_well = answer
                steps.changed.append(was)
                if standing.identity != was.identity:
                    steps.left.append(was)
        if not made_well:
            return resource.name
    return None


def _clean_up(builder: Builder, steps: Steps) -> None:
    """Remove what was replaced and what is no more declared."""
    stack = builder.stack
    builder.say("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    unwanted = [made for name, made in stack.resources.items() if name not in stack.graph.resources]
    for made in reversed(unwanted):
        builder.delete(made)
        del stack.resources[made.logical]
    for made in reversed([*steps.replaced, *steps.left]):
        builder.delete(made, replaced=True)
    builder.say("UPDATE_COMPLETE")


def _back(builder: Builder, steps: Steps, before: Stack) -> None:
    """Undo an update: what it made goes, what it changed is changed back."""
    stack = builder.stack
    stack.template, stack.graph, stack.parameters, stack.tags = (
        before.template,
        before.graph,
        before.parameters,
        before.tags,
    )
    well = True
    for was in reversed(steps.changed):
        if (declared := stack.graph.resources.get(was.logical)) is not None:
            well = builder.change(declared, was.properties) is not False and well
    builder.say("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
    for made in reversed(steps.new):
        well = builder.delete(made, rollback=True) and well
        stack.resources.pop(made.logical, None)
    for was in steps.replaced:
        stack.resources[was.logical] = was
    stack.resources = {name: stack.resources[name] for name in before.resources if name in stack.resources}
    builder.say("UPDATE_ROLLBACK_COMPLETE" if well else "UPDATE_ROLLBACK_FAILED")
