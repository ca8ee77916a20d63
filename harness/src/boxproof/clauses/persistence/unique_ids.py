"""An id names one record for ever."""

from collections.abc import Iterator

from boxproof.clauses.history_checks import after_kill, traceable
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Answer
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.fault_runs import FaultRuns
from boxproof.targets.abilities import Kills, Restarts

SHOWN = 3


def _gives_ids(config: Config) -> bool:
    """Whether records can be told apart, and it is the service that chooses their ids."""
    kind = config.record
    return traceable(config) and kind is not None and not config.maker(kind).takes_id


@clause(
    "persistence.ids-unique",
    Level.MUST,
    "An id MUST NOT be given to a second record, across restarts and SIGKILL.",
    needs=(Kills, Restarts),
    promised=_gives_ids,
    effect=Effect.DISTURBS,
)
def ids_unique(
    fault_runs: FaultRuns, first_answer: Answer, records: RecordStore, config: Config
) -> None:
    given: dict[str, str] = {}
    # A server that counts from the beginning after a start gives this one's id again at once; the
    # ids that the histories begin with may be far beyond it.
    if config.record is not None and config.record.create is None:
        given[str(records.made_by(first_answer).id)] = "the first record of all"
    twice: list[str] = []
    for record_id, how in _written(fault_runs):
        if record_id in given:
            twice += [f"id {record_id}: {given[record_id]}", f"id {record_id}: {how}"]
        given[record_id] = how
    require(
        not twice,
        f"{len(twice) // 2} of {len(given)} ids were given to two records",
        twice[: 2 * SHOWN],
    )


def _written(fault_runs: FaultRuns) -> Iterator[tuple[str, str]]:
    """Every id that a workload was given, and by which request."""
    histories = {"none": fault_runs.under("none"), "kill": after_kill(fault_runs)}
    for fault, history in histories.items():
        for create in history.acknowledged:
            how = f"{fault}: {create.worker} at {create.began:.3f} s, text {create.text!r}"
            yield str(create.id), how
