"""The ledger: what was asked of a service and what it answered, recorded first and judged later.

The order is Jepsen's (generate, disturb, record, then judge; https://jepsen.io). A workload writes
a :class:`~boxproof.ledger.history.History`; the checks, pure functions of it, find anomalies.
"""
