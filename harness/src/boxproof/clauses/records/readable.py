"""A record can be read again as it was created."""

from boxproof.clauses.history_checks import readable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.record_store import RecordStore


@clause(
    "records.readable",
    Level.MUST,
    "A new record MUST be read with 200, as the answer that acknowledged it said.",
    promised=readable,
    effect=Effect.WRITES,
    each_kind=True,
)
def record_readable(records: RecordStore) -> None:
    created = records.create()
    answer = records.read(created.key)
    evidence = (*created.answer.evidence(), *answer.evidence())
    require(
        answer.status == 200, f"reading a new record returned {answer.status}, not 200", evidence
    )
    different = created.differs_from(records.record_in(answer))
    require(not different, f"the record that was read differs at {different}", evidence)
