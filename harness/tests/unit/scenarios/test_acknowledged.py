"""What is said of a record that is read again later."""

import json
from dataclasses import replace

import pytest
from apps.schema.fuzzed import CONFIG

from boxproof.clauses.persistence.survives import survives_restart
from boxproof.config.operations import Read, Records, ValidRequest
from boxproof.core.breaches import Breach, NoAnswer, NotJudged
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.connection import Headers, Received
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_changes import Changed
from boxproof.probes.record_store import Created, RecordStore
from boxproof.probes.work import Work
from boxproof.scenarios.acknowledged import AcknowledgedRecords, Reread
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.base import Exit

RECORD = {"id": "a", "text": "Hi"}


def answer(status: int, body: object) -> Answer:
    """An answer of a service."""
    return Answer(
        Request("GET", Endpoint("http://x"), "/"), status, {}, json.dumps(body).encode(), 0.0
    )


def reread(read: Answer | NoAnswer) -> Reread:
    """A record and what its read said."""
    record = read.json() if isinstance(read, Answer) and read.status == 200 else None
    return Reread(Created("a", "a", RECORD, answer(200, RECORD)), read, record)


@pytest.mark.parametrize(
    ("read", "loss", "gone"),
    [
        (answer(200, RECORD), "", False),
        (answer(200, {**RECORD, "more": 1}), "", False),
        (answer(200, {**RECORD, "text": "Ho"}), "'text'", False),
        (answer(200, {"id": "a"}), "'text'", False),
        (answer(404, {}), "404", True),
        (answer(500, {}), "500", False),
        (NoAnswer("timed out"), "timed out", False),
    ],
)
def test_a_record_is_lost_unless_it_reads_as_acknowledged(
    read: Answer | NoAnswer, loss: str, gone: bool
) -> None:
    """Only a refusal says that it is gone; a failure says nothing of the record."""
    seen = reread(read)
    assert loss in seen.loss
    assert bool(seen.loss) == bool(loss)
    assert seen.gone == gone
    assert seen.evidence()


@pytest.mark.parametrize(
    ("text", "read", "loss"),
    [
        ("new", answer(200, {"text": "new"}), ""),
        ("new", answer(200, RECORD), "an updated record holds 'Hi', not 'new'"),
        ("new", answer(404, {}), "reading an updated record returned 404"),
        ("new", NoAnswer("timed out"), "timed out"),
        (None, answer(404, {}), ""),
        (None, answer(200, RECORD), "reading a deleted record returned 200"),
    ],
)
def test_a_change_is_lost_unless_the_record_reads_as_changed(
    text: str | None, read: Answer | NoAnswer, loss: str
) -> None:
    """Whatever was acknowledged when it was made."""
    seen = reread(read)
    held = seen.record["text"] if seen.record else None
    seen = replace(seen, text=held, changed=Changed(seen.created, answer(200, {}), text))
    assert seen.loss == loss
    assert seen.is_delete == (text is None)


@pytest.mark.parametrize(
    ("maker", "makes"),
    [
        (None, "/say"),
        (ValidRequest("/notes", body={"text": "Hi"}), "/notes"),
        (ValidRequest("/notes", query={"text": "Hi"}), "/say"),
    ],
)
def test_what_makes_a_record_is_what_is_kept_in_hand(
    maker: ValidRequest | None, makes: str, journal: Journal
) -> None:
    """Where it has a body that can be kept back; and what other work answers is no record."""
    client = Client(lambda: Endpoint("http://x"), journal)
    work = Work(client, ValidRequest("/say", body={"prompt": "Hi"}))
    made_by = Work(client, maker or work.valid)
    store = RecordStore(made_by, Records(create=maker, read=Read("/notes/{id}")))
    known = AcknowledgedRecords(CONFIG, journal, work, (store,))
    assert known.request().path == makes
    received = Received(200, "OK", "1.1", Headers(), json.dumps(RECORD).encode())
    asked = (work.request(), made_by.request())
    answered = [Exchange(each, 0.0, received=received) for each in asked]
    assert len(known.acknowledge(answered)) == (2 if maker is None else 1)


def test_records_that_could_not_be_made_while_it_stopped_were_not_tried() -> None:
    """Those from before are not all that is asked for."""
    untried = NotJudged("no request can be kept in hand")
    restarted = Ended(1.0, Exit(0, 0.1), untried, (reread(answer(200, RECORD)),), (), None)
    with pytest.raises(NotJudged, match="no record was made while it was stopped: no request"):
        survives_restart(restarted)
    lost = replace(restarted, rereads=(reread(answer(404, {})),))
    with pytest.raises(Breach, match="1 of 1 acknowledged records did not survive a restart"):
        survives_restart(lost)
