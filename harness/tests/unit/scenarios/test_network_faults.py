"""A fault of the network that met no request has shown nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace

import pytest
from unit.scenarios.bench import LOAD, Bench

from boxproof.clauses.history_checks import DURABLE, judge
from boxproof.clauses.persistence.network_faults import (
    cut_lines_hold_nobody_up,
    survives_cut_network,
    survives_slow_network,
)
from boxproof.config.options import Limits
from boxproof.core.breaches import NoAnswer, NotJudged
from boxproof.core.verdicts import Cause
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.ledger.history import History
from boxproof.ledger.workload import Load, Workload
from boxproof.scenarios.fault_runs import recorded, run_under_faults
from boxproof.targets.base import Variant

LIMITS = Limits(boot_seconds=20, request_seconds=1)


def without_writers(fault: str, bench: Bench, readers: int) -> str:
    """Why a fault of the network was not tried while nobody wrote, and so many clients only read.

    The clauses are those of a history in which nothing was lost.
    """
    context = bench.context(durability=replace(LOAD, readers=readers), limits=LIMITS)
    deployment = context.target.boot(Variant())
    records = context.records_of(deployment)
    route = Route(records.client, context.config.health.request)
    workload = Workload(records.through(route.client), context.journal, Load(), seed=1)
    done_to = FaultContext(deployment, context.config, workload.note, route)
    with (
        closing(route),
        reading(route, readers),
        recorded(registry.every()[fault], done_to, workload, context.journal),
    ):
        pass
    with pytest.raises(NotJudged) as said:
        judge(workload.history, *DURABLE)
    assert said.value.cause is Cause.UNDECIDED
    return said.value.reason


@contextmanager
def reading(route: Route, count: int) -> Iterator[None]:
    """Clients that ask for the health path, one request after another."""
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            with suppress(NoAnswer):
                route.client.get(route.health.path)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for each in threads:
        each.start()
    yield
    over.set()
    for each in threads:
        each.join()


def under(history: History) -> Callable[[str], History]:
    """What the fixture of that name gives."""
    return lambda _: history


def test_a_slow_network_that_no_write_went_through_was_not_tried(bench: Bench) -> None:
    """Whether somebody read over it, or nobody did anything."""
    unwritten = "slow-network did too little: no write that began under it was acknowledged"
    assert without_writers("slow-network", bench, readers=1) == unwritten
    idle = without_writers("slow-network", bench, readers=0)
    assert idle == f"{unwritten}; no connection was made while the network was slow"


def test_a_cut_that_took_no_answer_to_a_write_was_not_tried(bench: Bench) -> None:
    """Answers to readers alone leave it open what becomes of a write that was done."""
    unanswered = "answers were cut off, perhaps none of them to a write"
    assert without_writers("cut-network", bench, readers=2).endswith(f"2 {unanswered}")
    idle = without_writers("cut-network", bench, readers=0)
    assert idle.endswith(f"0 {unanswered}; no request stopped half way")


@pytest.mark.parametrize("fault", ["slow-network", "cut-network"])
def test_a_network_that_was_bad_while_clients_wrote_was_tried(fault: str, bench: Bench) -> None:
    """Answers to writes were cut off, requests stopped half way, and slow writes came through."""
    context = bench.context(limits=LIMITS)
    deployment = context.target.boot(Variant())
    records, faults = context.records_of(deployment), (registry.every()[fault],)
    history = run_under_faults(faults, deployment, records, context.config, bench.journal, seed=1)
    judges = {
        "slow-network": [survives_slow_network],
        "cut-network": [survives_cut_network, cut_lines_hold_nobody_up],
    }
    for each in judges[fault]:
        each(under(history))
    (span,) = history.faults
    if fault == "slow-network":
        assert any(span.harmed < each.began < span.healed for each in history.acknowledged)
    else:
        assert any(each.status is None for each in history.creates)
