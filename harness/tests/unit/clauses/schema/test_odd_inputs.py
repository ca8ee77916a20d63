"""Every input that software is known to fail on is a row of the table, and named by its clause."""

import codecs
import inspect
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from apps.document import openapi
from apps.prefork import Settings
from apps.schema.careless import FAILS_ON, Careless
from apps.schema.fuzzed import CONFIG
from apps.schema.serving import Asked, serving

from boxproof.clauses.registry import every
from boxproof.clauses.schema import odd_inputs
from boxproof.clauses.shapes import Shapes
from boxproof.config.operations import List
from boxproof.core.breaches import TIMED_OUT, Breach, NotJudged, rests_on_time
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.client_inputs.row import ClientInput, Meaning
from boxproof.probes.messages import Request
from boxproof.probes.record_store import RecordStore
from boxproof.probes.work import Work
from boxproof.scenarios.answered_inputs import AnsweredInputs, Outcome, answer_inputs

JUDGED = [each for each in every() if each.judge.__module__ == odd_inputs.__name__]
MADE = replace(CONFIG.work, body={"prompt": "Once", "steps": 2})
KIND = replace(CONFIG.records["sayings"], list=List(path="/records", limit="limit"))
DESCRIBED = replace(CONFIG, work=MADE, records={"sayings": KIND})


def answered(service: Careless, journal: Journal) -> AnsweredInputs:
    """What a service makes of every input."""
    with serving(service.answer) as server:
        client = Client(lambda: Endpoint(server.url), journal)
        stores = RecordStore.of_every_kind(client, DESCRIBED)
        return answer_inputs(Work(client, DESCRIBED.work), DESCRIBED, stores)


def broken(inputs: AnsweredInputs) -> dict[str, set[str]]:
    """The clauses that were broken, each with the rows that it names."""
    given = {"answered_inputs": inputs, "shapes": Shapes(openapi()), "config": DESCRIBED}
    names = sorted((each.row.name for each in inputs), key=len, reverse=True)
    found = {}
    for each in JUDGED:
        try:
            each.judge(**{name: given[name] for name in inspect.signature(each.judge).parameters})
        except Breach as breach:
            found[each.id] = {name for one in breach.findings for name in named(one.summary, names)}
    return found


def named(summary: str, names: list[str]) -> list[str]:
    """The inputs that a finding names: one that it begins with, or several in brackets."""
    several = re.fullmatch(r"\d+ inputs .* \((.*)\)", summary)
    if several:
        return several[1].split("; ")
    return [next(name for name in names if summary.startswith(f"{name} "))]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Of a service with a folder of its own."""
    return Settings("127.0.0.1", 0, 1, tmp_path, None)


def test_nothing_is_found_of_the_good_service(settings: Settings, journal: Journal) -> None:
    """Refusals of every kind are no fault, nor a connection that ends after what is no HTTP."""
    inputs = answered(Careless(settings), journal)
    assert broken(inputs) == {}
    assert inputs.lost == ()
    statuses = Counter(each.status for each in inputs)
    assert statuses[200] > 20, statuses
    assert statuses[422] > 20, statuses


@pytest.mark.parametrize("service", FAILS_ON, ids=lambda each: each.__name__)
def test_what_a_service_fails_on_is_named(
    service: type[Careless], settings: Settings, journal: Journal
) -> None:
    """By one clause, with these inputs and no other."""
    clause, rows = FAILS_ON[service]
    assert broken(answered(service(settings), journal)) == {clause: rows}


@pytest.mark.parametrize(
    ("row", "timed_out", "is_fault"),
    [
        ({}, False, True),
        ({}, True, True),
        ({"may_hang_up": True}, False, False),
        # It is whole, and whoever reads on instead of refusing it keeps a client waiting.
        ({"may_hang_up": True}, True, True),
        ({"may_hang_up": True, "raw": b"?"}, True, False),
        ({"may_take_long": True}, True, False),
        ({"may_take_long": True}, False, True),
        # Another clause tells.
        ({"meaning": Meaning.VALID}, False, False),
    ],
)
def test_who_may_be_left_without_an_answer(
    row: dict[str, Any], timed_out: bool, is_fault: bool
) -> None:
    """What is not HTTP, or asks for very much; not a plain request."""
    request = Request("GET", Endpoint("http://127.0.0.1:1"), "/")
    said = f"{TIMED_OUT}: no complete answer within 5 s" if timed_out else "connection reset"
    outcome = Outcome(ClientInput("an input", request, **row), None, said, timed_out, (said,), "")
    if not is_fault:
        odd_inputs.inputs_answered(AnsweredInputs([outcome]))
        return
    with pytest.raises(Breach, match="an input got no answer") as raised:
        odd_inputs.inputs_answered(AnsweredInputs([outcome]))
    assert rests_on_time(raised.value) is timed_out


def test_names_tell_inputs_apart(settings: Settings, journal: Journal) -> None:
    """A report names an input by nothing else."""
    names = Counter(each.row.name for each in answered(Careless(settings), journal))
    assert [name for name, count in names.items() if count > 1] == []


def test_nothing_is_sent_after_what_a_service_did_not_get_over(
    settings: Settings, journal: Journal
) -> None:
    """The input is named, with what the health path said after it."""

    class Ends(Careless):
        ended = False

        def look(self, asked: Asked) -> None:
            self.ended = self.ended or asked.body.startswith(codecs.BOM_UTF16)
            if self.ended:
                raise OSError

    inputs = answered(Ends(settings), journal)
    assert inputs.outcomes[-1].row.name == "a body in UTF-16"
    assert inputs.lost
    with pytest.raises(Breach, match="returned 500"):
        odd_inputs.inputs_answered(inputs)


def test_a_service_that_refuses_its_work_is_not_judged(
    settings: Settings, journal: Journal
) -> None:
    """Whatever else it answers would say nothing."""

    class Refuses(Careless):
        def look(self, asked: Asked) -> None:
            if asked.method == "POST":
                raise OSError

    with pytest.raises(NotJudged, match="returned 500"):
        answered(Refuses(settings), journal)
