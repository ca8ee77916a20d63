"""From when until when a fault was done to which deployment stands in the journal."""

from contextlib import ExitStack, closing

import pytest
from unit.scenarios.bench import Bench

from boxproof.config.options import Limits
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.journal import read
from boxproof.journal.entries import FaultBegan, FaultEnded, FaultInForce
from boxproof.ledger.workload import Load, Workload
from boxproof.scenarios.fault_runs import recorded, run_under_faults
from boxproof.targets.base import Variant


def test_each_fault_has_its_bounds_and_its_deployment(bench: Bench) -> None:
    """Begun, in force, ended, in this order; an error that ends one is told."""
    context = bench.context(limits=Limits(boot_seconds=20, request_seconds=1))
    deployment = context.target.boot(Variant("harmed"))
    route = Route(context.records_of(deployment).client, context.config.health.request)
    workload = Workload(context.records_of(deployment), context.journal, Load(), seed=1)
    done_to = FaultContext(deployment, context.config, workload.note, route)
    names = ["none", "pause", "kill", "slow-network"]
    with closing(route), ExitStack() as left:
        for name in names:
            with recorded(registry.every()[name], done_to, workload, context.journal):
                pass
        left.enter_context(pytest.raises(ValueError, match="of the test"))
        with recorded(registry.every()["pause"], done_to, workload, context.journal):
            raise ValueError("of the test")
    entries = [each.entry for each in read(context.journal.path)]
    bounds = [each for each in entries if isinstance(each, (FaultBegan, FaultInForce, FaultEnded))]
    assert [(each.kind, each.name) for each in bounds] == [
        (kind, name)
        for name in (*names, "pause")
        for kind in ("fault-began", "fault-in-force", "fault-ended")
    ]
    assert {each.deployment for each in bounds} == {"harmed"}
    errors = [each.error for each in bounds if isinstance(each, FaultEnded)]
    assert errors == ["", "", "", "", "ValueError: of the test"]
    spans = workload.history.faults
    assert [each.harmed for each in spans] == [
        each.t for each in read(context.journal.path) if isinstance(each.entry, FaultInForce)
    ]


def test_a_history_tells_what_was_done_to_whom_with_the_log_of_that_second(bench: Bench) -> None:
    """So that a table of requests does not stand alone."""
    context = bench.context(limits=Limits(boot_seconds=20, request_seconds=5))
    deployment = context.target.boot(Variant("harmed"))
    records = context.records_of(deployment)
    history = run_under_faults(
        [registry.every()["kill"]], deployment, records, context.config, context.journal, seed=1
    )
    done = [line for line in history.told if "harmed: kill" in line]
    assert [line.rpartition(" kill ")[2] for line in done] == ["in force", "over"]
    assert any("  log  " in line for line in history.told), history.told
