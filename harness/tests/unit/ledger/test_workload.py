"""What a load waits for, and what it says where that does not come."""

import time
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from apps.good import Response, Service
from apps.prefork import Settings
from apps.schema.fuzzed import CONFIG
from apps.schema.serving import served
from unit.ledger.build import create, read

from boxproof.config.operations import List, Records
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, Late, NotJudged
from boxproof.core.request_quota import RequestQuota
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.ledger.workload import Load, Workload
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore


def idle(
    quota: RequestQuota | None = None, url: str = "http://127.0.0.1:1", config: Config = CONFIG
) -> Workload:
    """A workload that does not run."""
    journal = Journal()
    client = Client(lambda: Endpoint(url, quota=quota), journal)
    return Workload(RecordStore.over(client, config), journal, Load(), seed=1)


def test_writes_that_do_not_come_in_time_are_late() -> None:
    """Which is judged again, alone."""
    with pytest.raises(Late, match="fewer than 3 writes were acknowledged within 0 s"):
        idle().wait_for(3, 0)


def test_what_a_quota_holds_up_is_no_fault_of_the_service(tmp_path: Path) -> None:
    """However often it were judged again."""
    slow = RequestQuota(tmp_path / "quota", 0.1, 10)
    with pytest.raises(NotJudged, match=r"at 0\.1 requests a second") as caught:
        idle(slow).wait_for(3, 0)
    assert caught.value.cause is Cause.UNDECIDED


def test_a_page_of_nothing_new_does_not_show_that_all_was_met(tmp_path: Path) -> None:
    """By offset, what was added moves the others on: the same page comes again."""
    listed = List(path="/records", order="newest", limit="limit", offset="offset")
    records = {"sayings": Records(text="/prompt", list=listed)}
    service = Service(Settings("127.0.0.1", 0, 1, tmp_path, None))

    def respond(method: str, path: str, query: str, body: bytes) -> Response:
        return service.respond(method, path, query.partition("&offset")[0], body)

    with served(respond) as server:
        workload = idle(url=server.url, config=replace(CONFIG, records=records))
        for number in range(30):
            workload.send("writer-1", workload.text("writer-1", number))
        final = workload.finish().final
    assert final is not None
    assert (len(final.records), final.reached) == (20, False)


@pytest.mark.parametrize(
    ("statuses", "late", "said"),
    [
        ((500,), False, "all of .* writes within 1 s returned 500"),
        ((503,), True, "fewer than 1 writes"),
        ((500, 503), True, "fewer than 1 writes"),
    ],
)
def test_nothing_but_500_is_not_a_matter_of_time(
    statuses: tuple[int, ...], late: bool, said: str
) -> None:
    """Where 503 is what a service may say that loads for long on a busy machine."""
    every = cycle(statuses)
    with served(lambda *_: Response(next(every), {})) as server:
        workload = idle(url=server.url)
        with pytest.raises(Breach, match=said) as caught, workload.running():
            workload.wait_for(1, 1.0)
    assert isinstance(caught.value, Late) == late


def test_a_late_record_of_others_does_not_end_the_walk(tmp_path: Path) -> None:
    """What an earlier fault held up, and its client gave up, may be made in the middle of it."""
    listed = List(path="/records", order="newest", limit="limit", before="before")
    records = {"sayings": Records(text="/prompt", list=listed)}
    service = Service(Settings("127.0.0.1", 0, 1, tmp_path, None))
    with served(service.respond) as server:
        workload = idle(url=server.url, config=replace(CONFIG, records=records))
        for number in range(60):
            workload.send("writer-1", workload.text("writer-1", number))
            if number == 25:
                service.say({"prompt": "somebody else's", "steps": 1})
        final = workload.finish().final
    assert final is not None
    assert (len(final.records), final.reached) == (60, True)


def test_writers_leave_readers_time_for_the_end_of_a_list(tmp_path: Path) -> None:
    """A list that grows faster than it is read shows nothing, and all of it is read back later."""
    listed = List(path="/records", order="oldest", limit="limit", offset="offset")
    records = {"sayings": Records(text="/prompt", list=listed)}
    service, kept = Service(Settings("127.0.0.1", 0, 1, tmp_path, None)), list[object]()

    def respond(method: str, path: str, query: str, body: bytes) -> Response:
        if method != "GET":
            made = service.respond(method, path, query, body)
            kept.append(made.body)
            return made
        time.sleep(0.2)
        start = int(dict(parse_qsl(query)).get("offset", 0))
        return Response(200, kept[start : start + 20])

    with served(respond) as server:
        workload = idle(url=server.url, config=replace(CONFIG, records=records))
        with workload.running():
            workload.wait_for_looks(8.0)
            assert workload.has_looked()


def test_its_readers_have_looked_where_what_was_seen_was_read_again() -> None:
    """One read of a record shows that it is there, and a second that it has not gone."""
    workload = idle()
    workload.history.creates.append(create("a", 1, 2, id=1))
    assert not workload.has_looked()
    workload.history.reads.append(read(1, 3, "a"))
    assert not workload.has_looked()
    workload.history.reads.append(read(1, 4, "a"))
    assert workload.has_looked()


def test_a_read_that_failed_is_enough() -> None:
    """A finding needs no second one, and a broken list is not waited for."""
    workload = idle()
    workload.history.reads.append(read(1, 3, None, status=500))
    assert workload.has_looked()
