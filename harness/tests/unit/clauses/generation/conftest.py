"""What the tests of single clauses about texts share."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.config.operations import ValidRequest
from boxproof.config.text_generation import Generation
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.text_generator import TextGenerator
from boxproof.probes.work import Work

WORK = ValidRequest(
    "/say",
    body={"prompt": "The sea", "limit": 20},
    text="/prompt",
    output="/text",
    heavy={"limit": 200},
    light={"limit": 2},
)
FIELDS = Generation(
    limit="/limit",
    seed="/seed",
    stop="/stop",
    greedy={"temperature": 0},
    sampled={"temperature": 1},
    prompt_tokens="/prompt_tokens",
    completion_tokens="/completion_tokens",
    total_tokens="/total_tokens",
)
#: Makes the answer to the body of a request: a text, or a status, or a whole answer.
Say = Callable[[dict[str, Any]], Any]
Saying = Callable[..., TextGenerator]


@pytest.fixture
def saying(journal: Journal) -> Iterator[Saying]:
    """Asks a service for texts that answers as the test says."""
    with ExitStack() as running:

        def asks(say: Say, work: ValidRequest = WORK, fields: Generation = FIELDS) -> TextGenerator:
            def respond(_method: str, _path: str, _query: str, body: bytes) -> Response:
                said = say(json.loads(body))
                if isinstance(said, int):
                    return Response(said, {"detail": "no"})
                return Response(200, {"text": said} if isinstance(said, str) else said)

            url = running.enter_context(served(respond)).url
            return TextGenerator(Work(Client(lambda: Endpoint(url), journal), work), fields)

        yield asks
