"""A stream, an answer and a record: where each holds the text, and what is none of it."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.clauses.streaming.increments import increments
from boxproof.clauses.streaming.same_text import record_whole, same_text
from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.config.options import Config, Service
from boxproof.config.text_generation import Generation
from boxproof.config.text_streaming import Streaming
from boxproof.core.breaches import Breach, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore
from boxproof.probes.text_generator import TextGenerator
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.work import Work

WORK = ValidRequest(
    "/say", body={"prompt": "The sea"}, text="/prompt", output="/said/text", heavy={"steps": 9}
)
GREEDY = Generation(greedy={"temperature": 0})
STREAMS = Streaming(body={"stream": True}, text="/piece", record_id="/id")
#: It stands elsewhere in the answer that made it than where it is read.
NOTES = Records(record="/said", read=Read("/notes/{id}", record="/note"))
CONFIG = Config(
    Path(),
    Service("api"),
    WORK,
    generation=GREEDY,
    streaming=STREAMS,
    records={"notes": NOTES},
)
Clients = Callable[..., Client]


@pytest.fixture
def telling(journal: Journal) -> Iterator[Clients]:
    """Speaks to a service that streams some pieces, answers with a text and keeps another."""
    with ExitStack() as running:

        def speaks(pieces: list[str], said: str = "", kept: str = "") -> Client:
            events = [{"piece": each} for each in pieces] + [{"id": 1}]
            stream = b"".join(b"data: %s\n\n" % json.dumps(each).encode() for each in events)

            def respond(method: str, _path: str, _query: str, body: bytes) -> Response:
                if method == "GET":
                    return Response(200, {"note": {"text": kept}})
                if json.loads(body).get("stream"):
                    return Response(200, stream, {"Content-Type": "text/event-stream"})
                return Response(200, {"said": {"text": said}})

            url = running.enter_context(served(respond)).url
            return Client(lambda: Endpoint(url), journal)

        yield speaks


def judge_same_text(client: Client) -> None:
    work = Work(client, WORK)
    same_text(TextStreamer(work, STREAMS), TextGenerator(work, GREEDY), CONFIG)


def judge_record(client: Client) -> None:
    streamer = TextStreamer(Work(client, WORK), STREAMS)
    record_whole(streamer, RecordStore.over(client, CONFIG), CONFIG)


def test_half_a_character_at_the_limit_is_for_no_event(telling: Clients) -> None:
    """An answer shows it as U+FFFD, once or for each of its bytes."""
    judge_same_text(telling([" a", " b"], " a b\ufffd\ufffd"))
    with pytest.raises(Breach, match="another text"):
        judge_same_text(telling([" a", " b"], " a\ufffd b"))


def test_a_record_may_stand_elsewhere_where_it_is_read(telling: Clients) -> None:
    """The text is looked for where the record is said to be."""
    judge_record(telling([" a", " b"], kept=" a b"))
    with pytest.raises(Breach, match="another text"):
        judge_record(telling([" a", " b"], kept=" a"))


@pytest.mark.parametrize("pieces", [[" Yes."], [" Yes", "."]])
def test_a_text_that_ends_at_once_says_nothing_of_increments(
    pieces: list[str], telling: Clients
) -> None:
    """All of it may come at once, though it was sent as it was made."""
    with pytest.raises(NotJudged, match="characters"):
        increments(TextStreamer(Work(telling(pieces), WORK), STREAMS), CONFIG)
