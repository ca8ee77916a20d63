"""The OpenAPI document."""

from collections.abc import Callable
from typing import Any

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client


@clause(
    "schema.openapi-valid",
    Level.MUST,
    "The service MUST serve a valid OpenAPI document that describes its work.",
    promised=lambda config: config.schema is not None,
)
def openapi_valid(
    http: Client, config: Config, openapi_problem: Callable[[dict[str, Any]], str]
) -> None:
    assert config.schema is not None
    answer = http.get(config.schema.path)
    require(
        answer.status == 200, f"the document returned {answer.status}, not 200", answer.evidence()
    )
    document = answer.json()
    require(isinstance(document, dict), "the document is not a JSON object", answer.evidence())
    problem = openapi_problem(document)
    require(not problem, f"the document is not valid OpenAPI: {problem}", answer.evidence()[:1])
    work = config.work
    require(
        work.method.lower() in document.get("paths", {}).get(work.path, {}),
        f"the document does not describe {work.method} {work.path}",
        answer.evidence()[:1],
    )
