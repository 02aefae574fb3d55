"""KMS: moto keeps the keys, their policies decide here."""

from keyturn.local.kms.keys import Key, find
from keyturn.local.kms.service import Kms

__all__ = ["Key", "Kms", "find"]
