"""A load with nothing done to the service lasts until its readers have seen something."""

from unit.scenarios.bench import Bench

from boxproof.ledger.checkers import order, visible
from boxproof.ledger.tried import NO_FAULT, untried
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.targets.base import Variant

#: One by which the only look that readers come to while so little is written is no second one.
SEED = 2


def test_readers_far_slower_than_writers_come_to_something(bench: Bench) -> None:
    """Else clauses would be undecided on a busy machine, with nothing wrong."""
    context = bench.context("records.slow_reads")
    deployment = context.target.boot(Variant("loaded"))
    records = context.records_of(deployment)
    runs = FaultRuns(deployment, records, context.target, context.config, bench.journal, SEED)
    history = runs.under(NO_FAULT)
    for check in (visible.unread, visible.went_back, order.skipped):
        assert untried(history, check) == "", check.__name__
