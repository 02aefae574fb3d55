"""
Lambda: functions that really run, each in a process of its own, by AWS's runtime client.

moto keeps what functions are; what they may do, and their running, is ours.
"""
