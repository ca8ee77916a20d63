"""The first work that a ready service does."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, require
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Answer
from boxproof.probes.operations import at


@clause(
    "smoke.first-work",
    Level.MUST,
    "The first create request after the service became ready MUST succeed, with the new record's "
    "id and output in its answer.",
)
def first_generation(first_answer: Answer, config: Config) -> None:
    create = config.operations.create
    require(
        first_answer.status == create.status,
        f"the first create request returned {first_answer.status}, not {create.status}",
        first_answer.evidence(),
    )
    record = first_answer.json()
    for pointer in filter(None, (create.id, create.output)):
        try:
            at(pointer, record)
        except KeyError:
            raise Breach(
                f"the answer holds nothing at {pointer!r}", first_answer.evidence()
            ) from None
    if create.output:
        output = at(create.output, record)
        require(
            isinstance(output, str) and output,
            f"{create.output} is {output!r}, not text",
            first_answer.evidence(),
        )
