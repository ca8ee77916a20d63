"""Scenarios: what is done to the service once and judged by several clauses.

Each is a fixture that disturbs, records and leaves the shared deployment ready again. A scenario
never judges; where the service fails it altogether (it does not come back, say), that failure is
the verdict of every clause that asked for it.
"""
