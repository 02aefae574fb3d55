"""
RDS: what it refuses, what it keeps, and the real servers behind its clusters.

Its state is our own; parameter groups, option groups and event subscriptions are moto's.
"""

from keyturn.local.rds.service import Rds

__all__ = ["Rds"]
