"""A clause about records is judged for each kind of them, and says of which it speaks."""

import inspect
from pathlib import Path

import pytest

from boxproof.clauses.by_kind import any_kind, judged_by_kind
from boxproof.config.operations import Delete, Records, ValidRequest
from boxproof.config.options import Config, Service
from boxproof.core.breaches import Breach, Late, NoAnswer, NotJudged, UnusableAnswer
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.record_store import RecordStore

KINDS = {"notes": Records(), "users": Records(delete=Delete("/users/{id}")), "tags": Records()}
CONFIG = Config(Path(), Service("toy", 1), ValidRequest("/say"), records=KINDS)


def said_of(raised: dict[str, Exception], journal: Journal) -> Exception | None:
    """What is raised where judging each kind raises what stands at its name."""
    judged: list[str] = []

    def judge(records: RecordStore, config: Config) -> None:
        assert config.record is records.kind
        judged.append(records.name)
        if records.name in raised:
            raise raised[records.name]

    stores = RecordStore.of_every_kind(Client(lambda: Endpoint("http://x"), journal), CONFIG)
    every = judged_by_kind(judge, CONFIG.by_kind())
    assert list(inspect.signature(every).parameters) == ["record_stores", "config"]
    try:
        every(record_stores=stores, config=CONFIG)
    except Exception as error:
        return error
    finally:
        assert judged == list(KINDS)
    return None


def test_each_kind_that_is_broken_is_a_finding(journal: Journal) -> None:
    """Its own findings, where it has some; and an answer of no use is one, too."""
    breach = Breach("2 lost", findings=[Finding(summary="2 lost", fault="kill")], anomalies=[["a"]])
    error = said_of({"notes": UnusableAnswer("no id", ["curl"]), "tags": breach}, journal)
    assert type(error) is Breach
    assert [each.summary for each in error.findings] == ["notes: no id", "tags: 2 lost"]
    assert error.findings[1].fault == "kill"
    assert error.summary == "notes: no id, and 1 more"
    assert error.evidence == ("curl",)
    assert error.anomalies == (("a",),)


@pytest.mark.parametrize("late", [Late("slow"), NoAnswer("none", timed_out=True)])
def test_what_rests_on_a_time_of_any_kind_is_judged_again(
    late: Exception, journal: Journal
) -> None:
    """The whole clause, since nobody knows what of the others does."""
    assert isinstance(said_of({"users": late, "tags": Breach("lost")}, journal), Late)


def test_a_kind_that_is_not_judged_is_named_where_none_is_broken(journal: Journal) -> None:
    """With its cause."""
    untried = NotJudged("nothing to see", Cause.UNDECIDED)
    error = said_of({"users": untried}, journal)
    assert isinstance(error, NotJudged)
    assert (error.reason, error.cause) == ("users: nothing to see", Cause.UNDECIDED)
    assert isinstance(said_of({"users": untried, "tags": Breach("lost")}, journal), Breach)
    assert said_of({}, journal) is None


def test_what_any_kind_promises_is_promised() -> None:
    """Taken alone, as if the file held no other."""
    deletes = any_kind(lambda config: config.record is not None and bool(config.record.delete))
    assert deletes(CONFIG)
    assert not deletes(Config(Path(), Service("toy", 1), ValidRequest("/say")))
