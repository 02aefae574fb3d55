"""KMS: moto keeps the keys, their policies decide here."""

from keyturn.local.kms.grants import conditions as grant_conditions
from keyturn.local.kms.keys import SYMMETRIC, Key, find, of_grant
from keyturn.local.kms.service import Kms

__all__ = ["SYMMETRIC", "Key", "Kms", "find", "grant_conditions", "of_grant"]
