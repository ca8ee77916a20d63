"""A record can be read again as it was created."""

from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.operations import Operations


@clause(
    "records.readable",
    Level.MUST,
    "The read operation MUST answer 200 with what the create operation said of a new record.",
    promised=lambda config: config.operations.read is not None,
)
def record_readable(operations: Operations) -> None:
    created = operations.create()
    answer = operations.read(created.id)
    evidence = (*created.answer.evidence(), *answer.evidence())
    require(
        answer.status == 200, f"reading a new record returned {answer.status}, not 200", evidence
    )
    different = created.differs_from(answer.json())
    require(not different, f"the record that was read differs at {different}", evidence)
