"""What a schedule of faults has shown is not tried again by each of its faults alone."""

from dataclasses import replace

import pytest
from unit.scenarios.bench import Bench

from boxproof.clauses.history_checks import DURABLE, judge_under
from boxproof.core.breaches import Breach
from boxproof.journal import read
from boxproof.journal.entries import FaultBegan
from boxproof.ledger.history import History
from boxproof.scenarios.fault_runs import SCHEDULE, FaultRuns
from boxproof.targets.base import Variant

#: One from which a pause is drawn.
SEED = 2


@pytest.fixture
def fault_runs(bench: Bench) -> FaultRuns:
    """Faults that a good service suffers."""
    context = bench.context()
    deployment = context.target.boot(Variant("harmed"))
    return FaultRuns(
        deployment,
        context.records_of(deployment),
        context.target,
        context.config,
        bench.journal,
        seed=SEED,
    )


def begun(bench: Bench) -> list[str]:
    """The faults that were begun, in order."""
    entries = (each.entry for each in read(bench.journal.path))
    return [each.name for each in entries if isinstance(each, FaultBegan)]


def test_a_fault_of_a_clean_schedule_is_not_done_again(fault_runs: FaultRuns, bench: Bench) -> None:
    """And one that the schedule did not have in it is done alone."""
    scheduled = fault_runs.under_schedule()
    done = begun(bench)
    assert sorted(done) == sorted(each.name for each in scheduled.faults)
    assert "pause" in done
    judge_under(fault_runs, "pause", *DURABLE)
    assert begun(bench) == done
    judge_under(fault_runs, "slow-network", *DURABLE)
    assert begun(bench) == [*done, "slow-network"]


def test_without_a_schedule_a_fault_is_done_alone(fault_runs: FaultRuns, bench: Bench) -> None:
    """No kill is done for the sake of a clause about a pause."""
    judge_under(fault_runs, "pause", *DURABLE)
    assert begun(bench) == ["pause"]


def test_what_a_schedule_lost_is_not_held_against_each_of_its_faults(
    fault_runs: FaultRuns, bench: Bench
) -> None:
    """The fault alone decides, kept or broken."""
    loses_one(fault_runs.under_schedule())
    done = begun(bench)
    judge_under(fault_runs, "pause", *DURABLE)
    assert begun(bench) == [*done, "pause"]
    loses_one(fault_runs.under("pause"))
    with pytest.raises(Breach, match=r"1 of .* acknowledged writes lost"):
        judge_under(fault_runs, "pause", *DURABLE)


def test_a_scheduled_fault_that_met_nothing_is_done_alone(
    fault_runs: FaultRuns, bench: Bench
) -> None:
    """Else a clause would be undecided that two seconds decide."""
    scheduled = fault_runs.under_schedule()
    scheduled.faults[:] = [replace(each, idle="it did nothing") for each in scheduled.faults]
    done = begun(bench)
    judge_under(fault_runs, "pause", *DURABLE)
    assert begun(bench) == [*done, "pause"]


def test_a_schedule_that_failed_says_nothing_of_its_faults(
    fault_runs: FaultRuns, bench: Bench
) -> None:
    """A service that did not come back from a kill may well have lived through a pause."""
    fault_runs.histories[SCHEDULE] = Breach("the service no longer writes")
    judge_under(fault_runs, "pause", *DURABLE)
    assert begun(bench) == ["pause"]


def loses_one(history: History) -> None:
    """Have neither a history's last list nor its own read find an acknowledged record."""
    assert history.final is not None
    lost, *kept = history.final.records
    history.final = replace(history.final, records=kept)
    gone = [replace(each, status=404) for each in history.readings if each.id == lost.id]
    history.readings[:] = [*gone, *(each for each in history.readings if each.id != lost.id)]
