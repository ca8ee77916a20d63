"""The page that welcomes whoever calls the service."""

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client


@clause(
    "smoke.root-answers",
    Level.MUST,
    "A ready service MUST answer 200 with a JSON body on its welcome path.",
    promised=lambda config: config.welcome is not None,
)
def root_answers(http: Client, config: Config) -> None:
    assert config.welcome is not None
    answer = http.get(config.welcome.path)
    require(
        answer.status == 200,
        f"the welcome page returned {answer.status}, not 200",
        answer.evidence(),
    )
    answer.json()
