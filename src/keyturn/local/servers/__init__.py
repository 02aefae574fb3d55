"""
What real servers on this machine have in common, whichever they are.

A server program is found, or fetched once into the user's cache; it runs in a folder of its own, from a copy of a data folder that was
made once, and never outlives who started it. `mysql` and `postgresql` are such servers.
"""
