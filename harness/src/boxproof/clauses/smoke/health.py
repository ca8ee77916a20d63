"""The health path, and that it speaks of the model."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.json_pointers import resolve_in


@clause(
    "smoke.health-answers",
    Level.MUST,
    "A ready service MUST say so on its health path.",
)
def health_answers(http: Client, config: Config) -> None:
    answer = http.get(config.health.path)
    health = config.health.request
    require(
        health.is_success(answer.status),
        f"the health path returned {answer.status}, not {health.expected}",
        answer.evidence(),
    )


@clause(
    "smoke.model-loaded",
    Level.MUST,
    "A ready service MUST say in its health answer that its model is loaded.",
    promised=lambda config: config.health.model_loaded is not None,
)
def model_loaded(http: Client, config: Config) -> None:
    answer = http.get(config.health.path)
    assert config.health.model_loaded is not None
    said = resolve_in(answer, config.health.model_loaded)
    require(said is True, f"{config.health.model_loaded} is {said!r}, not true", answer.evidence())
