"""The rotation stack, for `pulumi up`."""

import pulumi

from keyturn.stack import Arguments
from keyturn.stack.component import RotationStack

suffix = pulumi.Config().require("environmentSuffix")
region = pulumi.Config("aws").require("region")
stack = RotationStack(f"rotation-{suffix}", Arguments(environment_suffix=suffix, region=region))

for name, value in stack.outputs().items():
    pulumi.export(name, value)
