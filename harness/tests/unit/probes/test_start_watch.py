"""Start-up looks are requests like any other: in the journal, to the service itself, ending."""

import json
import threading
from pathlib import Path

import pytest
from apps.good import Response
from apps.raw import dripping, serving
from apps.schema.serving import served
from unit.probes.journaled import requested

from boxproof.config.options import Health
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal, read
from boxproof.journal.entries import Requested
from boxproof.probes import start_watch


def test_looks_go_to_the_service_and_into_the_journal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No proxy of the environment answers in its place, and no redirect is followed."""
    statuses = iter([503, 302, 200])

    def respond(*_: object) -> Response:
        return Response(next(statuses), {}, {"Location": "/other"})

    journal = Journal(tmp_path / "journal.jsonl")
    with served(lambda *_: Response(200, {})) as proxy, served(respond) as server:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        seen = start_watch.watch(
            lambda: Endpoint(server.url),
            Health().request,
            journal,
            ordered=journal.now(),
            began=journal.now(),
            limit_seconds=20,
            gone=threading.Event(),
            deployment="first",
        )
        assert proxy.asked == []
        assert [each.target for each in server.asked] == ["/health"] * 3
    assert seen is not None
    assert [each.status for each in seen.attempts] == [503, 302, 200]
    looks = [each.status for each in requested(journal)]
    assert looks == [503, 302, 200]
    # Those before it was ready as well.
    sent_to = [each.deployment for each in read(journal.path) if isinstance(each.entry, Requested)]
    assert sent_to == ["first"] * 3


def test_a_look_keeps_the_whole_answer(tmp_path: Path) -> None:
    """What it says of the model may stand anywhere in it."""
    body = {"detail": "x" * 1000, "model_loaded": False}
    with served(lambda *_: Response(200, body)) as server:
        seen = start_watch.look(Endpoint(server.url), "/", Journal(tmp_path / "j"))
    assert json.loads(seen.body) == body


def test_a_look_that_drips_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that one look may take."""
    monkeypatch.setattr(start_watch, "ATTEMPT_SECONDS", 0.2)
    with serving(dripping) as url:
        assert start_watch.look(Endpoint(url), "/", Journal(tmp_path / "j")).status is None
