"""The first work that a ready service does."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.json_pointers import resolve_in
from boxproof.probes.messages import Answer


@clause(
    "smoke.first-work",
    Level.MUST,
    "The first valid request after the service became ready MUST succeed, with the output in its "
    "answer.",
    effect=Effect.WRITES,
)
def first_work(first_answer: Answer, config: Config) -> None:
    work = config.work
    require(
        work.is_success(first_answer.status),
        f"the first valid request returned {first_answer.status}, not {work.expected}",
        first_answer.evidence(),
    )
    if work.output is not None:
        output = resolve_in(first_answer, work.output)
        require(
            isinstance(output, str) and output,
            f"{work.output} is {output!r}, not text",
            first_answer.evidence(),
        )
