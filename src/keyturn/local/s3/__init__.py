"""S3: moto keeps buckets and objects; what policies say, and what a bucket may be told, is decided here."""

from keyturn.local.s3.policies import Buckets
from keyturn.local.s3.service import S3

__all__ = ["S3", "Buckets"]
