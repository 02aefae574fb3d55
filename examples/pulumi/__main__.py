"""The rotation stack, for `pulumi up`."""

import pulumi

from keyturn.stack import Arguments
from keyturn.stack.component import RotationStack

suffix = pulumi.Config().require("environmentSuffix")
stack = RotationStack(f"rotation-{suffix}", Arguments(environment_suffix=suffix))

for name, value in stack.outputs().items():
    pulumi.export(name, value)
