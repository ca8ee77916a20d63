"""The OpenAPI document."""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from boxproof.clauses.registry import clause
from boxproof.config.operations import ID, NAMED_PART, ValidRequest, path_pattern
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.probes.base_path import base_path
from boxproof.probes.client import Client
from boxproof.probes.served_document import document_in


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
    document = document_in(answer)
    problem = openapi_problem(document)
    require(not problem, f"the document is not valid OpenAPI: {problem}", answer.evidence()[:1])
    work = config.work
    below = base_path(document, config.schema.path, http.endpoint())
    require(
        is_described(work, document.get("paths", {}), below),
        f"the document does not describe {work.method} {work.path}",
        answer.evidence()[:1],
    )


def is_described(work: ValidRequest, paths: Mapping[str, Any], below: str = "") -> bool:
    """Whether one of a document's paths, whatever it calls their parts, has an operation for it.

    Args:
        below: what they lie below.
    """

    def filled(found: re.Match[str]) -> str:
        return quote(str(work.parameters.get(found[1], ID)), safe="")

    asked = NAMED_PART.sub(filled, work.path.partition("?")[0])
    return any(
        work.method.lower() in operations and re.fullmatch(path_pattern(below + path), asked)
        for path, operations in paths.items()
    )
