"""Faults: things done to a deployment that start from, and return to, a known good state.

One file each, with its own healing, and a no-op among them as the baseline. A new fault is a new
file and no other edit: the registry walks this package.
"""
