"""A cloud's state in its folder, so that it is there again when the cloud is."""

from keyturn.local.keeping.keeper import Keeper, forget

__all__ = ["Keeper", "forget"]
