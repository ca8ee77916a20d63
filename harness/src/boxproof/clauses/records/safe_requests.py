"""Requests that only look change nothing."""

from typing import Any

from boxproof.clauses.history_checks import readable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NoAnswer, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.messages import Answer, Request
from boxproof.probes.record_store import Created, RecordStore, difference
from boxproof.probes.work import described, described_record

#: How many records are looked at.
RECORDS = 2
#: Methods that only look (RFC 9110, section 9.2.1).
LOOKS = ("HEAD", "OPTIONS", "GET")


@clause(
    "records.looking-changes-nothing",
    Level.MUST,
    "GET, HEAD and OPTIONS MUST change no record, and the same GET MUST be answered the same "
    "(RFC 9110, section 9.2.1).",
    promised=readable,
    effect=Effect.WRITES,
    follows=("records.readable",),
    each_kind=True,
)
def looking_changes_nothing(records: RecordStore) -> None:
    made = [records.create() for _ in range(RECORDS)]
    before, listed = [records.read(each.key) for each in made], _listed(records, made)
    for request in _looks(records, made):
        _look(records.client, request)
    for each, first in zip(made, before, strict=True):
        second = records.read(each.key)
        evidence = (*first.evidence(), *second.evidence())
        same = first.status == second.status
        told = f"a record that was only looked at returned {first.status}, then {second.status}"
        require(same, told, evidence)
        if first.status == 200:
            different = difference(records.record_in(first), records.record_in(second))
            told = f"a record that was only looked at differs at {different}"
            require(not different, told, evidence)
    if listed is not None:
        again = _listed(records, made)
        told = f"the list held {listed} of two new records, and {again} after it was looked at"
        require(listed == again, told)


def _looks(records: RecordStore, made: list[Created]) -> list[Request]:
    """Requests that only look at the records and at their list."""
    client, kind = records.client, records.kind
    assert kind.read is not None
    reads = [described_record(client, kind.read, each.key) for each in made]
    lists = [] if kind.list is None else [described(client, kind.list)]
    return [
        Request(method, each.endpoint, each.path, headers=each.headers)
        for each in (*reads, *lists)
        if each.method == "GET"
        for method in LOOKS
    ]


def _look(client: Client, request: Request) -> Answer | None:
    """Whatever is answered: a method may well be refused."""
    try:
        return client.send(request)
    except NoAnswer:
        return None


def _listed(records: RecordStore, made: list[Created]) -> list[Any] | None:
    """The ids of these records that the list begins with; None where it has another order."""
    pager = records.pager
    if pager is None or pager.listing.order != "newest":
        return None
    ids = {each.id for each in made}
    return [each.id for each in pager.items(pager.page()) if each.id in ids]
