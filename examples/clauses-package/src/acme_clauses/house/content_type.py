"""Clients parse what they are told is JSON, and nothing else."""

from boxproof import Config, Effect, Level, Work, clause, require


@clause(
    "house.work-answers-json",
    Level.MUST,
    "The answer to valid work MUST say that it is JSON.",
    effect=Effect.WRITES,
)
def work_answers_json(work: Work, config: Config) -> None:
    answer = work.send()
    require(
        config.work.is_success(answer.status),
        f"it returned {answer.status}, not {config.work.expected}",
        answer.evidence(),
    )
    said = answer.headers.get("Content-Type", "none")
    require("json" in said, f"the Content-Type is {said}, not JSON", answer.evidence())
