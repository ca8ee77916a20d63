"""The OpenAPI document that a service serves, in JSON or in YAML (OpenAPI 3.1.1, 4.4)."""

import json
import re
from typing import Any

import yaml

from boxproof.core.breaches import UnusableAnswer
from boxproof.probes.messages import Answer, NotJson

#: How such a document begins one of its lines.
YAML = re.compile(rb"^[\"']?(openapi|swagger)[\"']?\s*:", re.MULTILINE)


def document_in(answer: Answer) -> dict[str, Any]:
    """The object that the body of an answer holds.

    Raises:
        UnusableAnswer: it is neither JSON nor YAML, or no object.
    """
    try:
        found = answer.json()
    except NotJson:
        found = _yaml(answer)
    if not isinstance(found, dict):
        raise UnusableAnswer("the document is not an object", answer.evidence())
    return found


def _yaml(answer: Answer) -> Any:
    """The body as YAML, with the types that JSON has: its keys are texts, and its dates as well."""
    try:
        # Of a large page that is something else, nobody should have to wait for a parser's word.
        likely = not answer.cut and YAML.search(answer.body) is not None
        loaded = yaml.safe_load(answer.body) if likely else None
        return json.loads(json.dumps(loaded, default=str))
    except (yaml.YAMLError, ValueError, TypeError, RecursionError):
        raise UnusableAnswer("the document is neither JSON nor YAML", answer.evidence()) from None
