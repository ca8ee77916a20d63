"""What was done to workers is judged where it was done, and while requests were there."""

import signal
from dataclasses import replace
from typing import cast

import pytest
from unit.scenarios.bench import Bench

from boxproof.clauses.lifecycle.processes import reload_refuses_nobody
from boxproof.clauses.lifecycle.worker_death import worker_loss_unnoticed
from boxproof.clauses.startup.exit_codes import exit_codes
from boxproof.config.options import Health, Limits
from boxproof.core.breaches import Breach, NotJudged
from boxproof.core.errors import HasEnded
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.faults import fault_registry as registry
from boxproof.faults.fault_registry import FaultContext
from boxproof.faults.network.route import Route
from boxproof.probes.connection import Headers, Received
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Request
from boxproof.probes.payload import Payload
from boxproof.scenarios.refused_start import Refused
from boxproof.scenarios.worker_events import HELD, Reloaded, requests_of
from boxproof.scenarios.worker_kill import WorkerLost
from boxproof.targets.abilities import Process
from boxproof.targets.base import Deployment, Exit
from boxproof.targets.server_processes import Tree

MASTER = Process(1, 0, 10, "-m apps")
WORKERS = (Process(2, 1, 10, "-m apps"), Process(3, 1, 10, "-m apps"))
LOOK = Request("GET", Endpoint("http://127.0.0.1"), "/health")
WORK = Request("POST", Endpoint("http://127.0.0.1"), "/say", Payload.json({"prompt": "hello"}))
ENDED = Refused({"WORKERS": "many"}, Exit(2, 0.1, log="WORKERS is 'many'"))


class Reloading:
    """Has so many workers, and replaces so many of them at SIGHUP."""

    def __init__(self, workers: int, replaced: int) -> None:
        self._workers = list(WORKERS[:workers])
        self._replaced = replaced
        self.ends, self.ended = False, False

    def ability(self, wanted: type) -> object:
        assert isinstance(self, wanted)
        return self

    def processes(self) -> tuple[Process, ...]:
        if self.ended:
            raise HasEnded("docker exec: container 1 is not running")
        return (MASTER, *self._workers)

    def first_process(self) -> int:
        return MASTER.pid

    def signal_process(self, pid: int, number: int) -> None:
        assert (pid, number) == (MASTER.pid, signal.SIGHUP)
        self.ended = self.ends
        for each in range(self._replaced):
            self._workers[each] = replace(self._workers[each], pid=10 + each)


@pytest.mark.parametrize(
    ("workers", "replaced", "idle"), [(2, 2, False), (2, 1, False), (2, 0, True), (0, 0, True)]
)
def test_a_reload_that_replaced_no_worker_did_nothing(
    workers: int, replaced: int, idle: bool, bench: Bench
) -> None:
    """Also where there was none that could be replaced."""
    context = bench.context(limits=Limits(boot_seconds=0.1))
    deployment = cast("Deployment", Reloading(workers, replaced))
    said: list[str] = []
    route = Route(context.client(lambda: LOOK.endpoint), Health().request)
    done_to = FaultContext(deployment, context.config, said.append, route, said.append)
    with registry.every()["reload"].harm(done_to):
        pass
    assert ("SIGHUP replaced no worker" in said) == idle


def test_a_server_that_a_reload_ends_is_broken_by_it(bench: Bench) -> None:
    """The engine that cannot look into it any more has failed at nothing."""
    reloading = Reloading(2, 0)
    reloading.ends = True
    context = bench.context()
    route = Route(context.client(lambda: LOOK.endpoint), Health().request)
    done_to = FaultContext(cast("Deployment", reloading), context.config, list[str]().append, route)
    with (
        pytest.raises(Breach, match="0 master processes"),
        registry.every()["reload"].harm(done_to),
    ):
        pass


def test_a_reload_at_which_nothing_was_in_flight_is_not_judged(bench: Bench) -> None:
    """One of several is enough."""
    config = bench.context().config
    reloaded = Reloaded((1.2, 5.0), (), (), ())
    with pytest.raises(NotJudged, match=r"no request was in flight at SIGHUP \(2 of 2 times\)"):
        reload_refuses_nobody(reloaded, config)


def test_a_worker_that_died_while_nobody_wrote_is_not_judged() -> None:
    """Looks at the health path may all have gone to the others."""
    answered = Received(200, "OK", "1.1", Headers(), b"")
    look = Exchange(LOOK, began=6.0, ended=6.5, received=answered)
    looks = (look, Exchange(WORK, began=4.0, ended=4.5))
    tree = Tree(MASTER, WORKERS)
    lost = WorkerLost(WORKERS[0], 4.9, 5.0, 5.5, tree, (MASTER, *WORKERS), looks, ())
    with pytest.raises(NotJudged, match="no write was sent after") as said:
        worker_loss_unnoticed(lost)
    assert said.value.cause is Cause.UNDECIDED
    refused = replace(lost, exchanges=(replace(look, received=None),))
    with pytest.raises(Breach, match="1 of 1 requests that began after"):
        worker_loss_unnoticed(refused)


def test_requests_that_are_not_found_in_a_worker_are_not_counted() -> None:
    """What a worker may lose is known only where all of them are seen."""
    assert requests_of({2: 1, 3: 1}, {2: 2, 3: HELD}) == {2: 1, 3: HELD - 1}
    with pytest.raises(NotJudged, match=f"of {HELD} requests in hand only 1 were found"):
        requests_of({2: 1, 3: 1}, {2: 2, 3: 1})


@pytest.mark.parametrize("exit", [None, Exit(0, 0.1)])
def test_exit_codes_are_judged_where_a_start_was_refused(exit: Exit | None) -> None:
    """One of the two is enough; that of none breaks the clauses that ask for a refusal."""
    served = Refused({"MODEL": "/nowhere"}, exit)
    exit_codes(ENDED, served)
    with pytest.raises(NotJudged, match="no start was refused") as said:
        exit_codes(served, served)
    assert said.value.cause is Cause.RESTS_ON
