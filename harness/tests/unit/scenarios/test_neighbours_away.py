"""Each toy whose neighbour is taken away is caught by the clause that names what it does wrong."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from unit.scenarios.bench import LOAD, Bench
from unit.scenarios.neighbour_process import Beside, NeighbourProcess

from boxproof.clauses.neighbours.answered_in_time import answers_in_time
from boxproof.clauses.neighbours.internals_hidden import hides_internals
from boxproof.clauses.neighbours.nothing_lost import loses_nothing
from boxproof.clauses.neighbours.recovery import recovers
from boxproof.clauses.neighbours.refusals import refuses_cleanly
from boxproof.clauses.neighbours.seen_in_health import shows_in_health
from boxproof.clauses.shapes import Shapes
from boxproof.config.operations import ValidRequest
from boxproof.config.options import Config, Limits, Service
from boxproof.core.breaches import Breach, NotJudged
from boxproof.scenarios import neighbours_away
from boxproof.scenarios.neighbours_away import FAULTS, HISTORIES, Away, NeighbourFaults
from boxproof.targets.base import Variant

LIMITS = Limits(boot_seconds=3, request_seconds=2, stop_seconds=5)

#: A broken toy: the fault that it is shown under, and the clauses that it breaks.
CAUGHT = {
    "waits_for_ever": ("pause-neighbour", {"answers-in-time"}),
    "tells_where": ("kill-neighbour", {"hides-internals"}),
    "blames_the_client": ("pause-neighbour", {"refuses-cleanly"}),
    "impatient": ("slow-neighbour", {"refuses-cleanly"}),
    "always_healthy": ("restart-neighbour", {"shows-in-health"}),
    "gives_up": ("kill-neighbour", {"recovers"}),
    "stores_later": ("kill-neighbour", {"loses-nothing"}),
}
CONFIG = Config(Path(), Service("toy", 8000), ValidRequest("/say"))
See = Callable[[str, str], Away]


@pytest.fixture
def neighbour(tmp_path: Path) -> Iterator[NeighbourProcess]:
    made = NeighbourProcess(tmp_path / "neighbour")
    yield made
    made.resume()
    made.kill()


@pytest.fixture
def see(bench: Bench, neighbour: NeighbourProcess, monkeypatch: pytest.MonkeyPatch) -> See:
    """What is seen of a toy under a fault of its neighbour."""
    monkeypatch.setenv("NEIGHBOUR", f"127.0.0.1:{neighbour.port}")
    monkeypatch.setattr(neighbours_away, "SETTLED", 4)

    def seen(toy: str, fault: str) -> Away:
        context = bench.context(
            f"neighbours.{toy}",
            HISTORIES,
            wrap=lambda behind: Beside(behind, neighbour),
            durability=replace(LOAD, database=""),
            limits=LIMITS,
        )
        deployment = context.target.boot(Variant())
        records, work = context.records_of(deployment), context.work_of(deployment)
        return NeighbourFaults(deployment, context, work, records, traced=True).seen(
            fault, "database"
        )

    return seen


def judged(away: Away) -> dict[str, Breach | NotJudged | None]:
    """What each clause of the family says of it."""
    judges: dict[str, Callable[[], None]] = {
        "answers-in-time": partial(answers_in_time, (away,)),
        "hides-internals": partial(hides_internals, (away,)),
        "refuses-cleanly": partial(refuses_cleanly, (away,), Shapes({})),
        "shows-in-health": partial(shows_in_health, (away,), CONFIG),
        "recovers": partial(recovers, (away,)),
        "loses-nothing": partial(loses_nothing, (away,)),
    }
    said: dict[str, Breach | NotJudged | None] = {}
    for name, judge in judges.items():
        said[name] = None
        try:
            judge()
        except (Breach, NotJudged) as error:
            said[name] = error
    return said


#: What else the container shows of a good service.
LONG = {"cut-off-neighbour", "restart-neighbour"}


@pytest.mark.parametrize(
    "fault",
    [pytest.param(each, marks=pytest.mark.long if each in LONG else ()) for each in FAULTS],
)
def test_a_service_that_bears_with_it_keeps_every_clause(fault: str, see: See) -> None:
    """It refuses in time, says so, and is there again; what is only slow, it waits for."""
    away = see("good", fault)
    said = {name: error for name, error in judged(away).items() if error is not None}
    statuses = {each.status for each in away.asked if not isinstance(each, Exception)}
    if fault == "slow-neighbour":
        # What takes longer than its patience on a busy machine it refuses. Where it refuses
        # nothing, there is nothing either that health would have to show.
        assert not any(isinstance(each, Breach) for each in said.values())
        assert statuses <= {200, 503}
    else:
        assert said == {}
        assert statuses == {503}
    assert away.history is not None


@pytest.mark.parametrize("toy", CAUGHT)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(toy: str, see: See) -> None:
    """The finding names the fault and the neighbour, so that it can be waived by them."""
    fault, broken = CAUGHT[toy]
    said = judged(see(toy, fault))
    assert {name for name, error in said.items() if isinstance(error, Breach)} == broken
    for name in broken:
        error = said[name]
        assert isinstance(error, Breach)
        assert {each.fault for each in error.findings} == {fault}
        assert "'database'" in error.summary
        assert any(f"{fault} of 'database'" in line for line in error.evidence), error.evidence
