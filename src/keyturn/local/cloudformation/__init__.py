"""CloudFormation, all of it our own: moto's skips what it does not know, does not roll back, and calls no service as others do."""

from keyturn.local.cloudformation.service import CloudFormation

__all__ = ["CloudFormation"]
