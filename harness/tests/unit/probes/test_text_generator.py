"""Texts are asked for by the fields that boxproof.toml names, and read from the answers."""

import json
from dataclasses import replace
from typing import Any

import pytest
from apps.good import Response
from apps.schema.serving import served

from boxproof.config.operations import ValidRequest
from boxproof.config.text_generation import Generation
from boxproof.core.breaches import UnusableAnswer
from boxproof.endpoint import Endpoint
from boxproof.journal import Journal
from boxproof.probes.client import Client
from boxproof.probes.text_generator import MadeText, TextGenerator
from boxproof.probes.work import Work

WORK = ValidRequest(
    "/say",
    body={"prompt": "The sea", "options": {"limit": 20, "top": 5}},
    text="/prompt",
    output="/text",
    light={"options": {"limit": 2}},
)
FIELDS = Generation(
    limit="/options/limit",
    seed="/seeds/first",
    finish_reason="/reason",
    prompt_tokens="/tokens/prompt",
    completion_tokens="/tokens/made",
    total_tokens="/tokens/total",
)
ANSWER: dict[str, Any] = {
    "text": "The sea is wide",
    "reason": "length",
    "tokens": {"prompt": 2, "made": 3, "total": 5},
}


class Wire:
    """A generator whose service always says the same; what was sent to it is kept."""

    def __init__(
        self,
        journal: Journal,
        answer: Any,
        *,
        status: int = 200,
        fields: Generation = FIELDS,
        work: ValidRequest = WORK,
    ) -> None:
        self.journal, self.answer, self.status, self.fields = journal, answer, status, fields
        self.work = work
        self.sent: list[Any] = []

    def make(self, text: str | None = None, /, **options: Any) -> MadeText:
        """The text of one request."""
        with served(self._respond) as server:
            client = Client(lambda: Endpoint(server.url), self.journal)
            return TextGenerator(Work(client, self.work), self.fields).make(text, **options)

    def _respond(self, _method: str, _path: str, _query: str, body: bytes) -> Response:
        self.sent.append(json.loads(body))
        return Response(self.status, self.answer)


def test_fields_are_put_where_the_file_says(journal: Journal) -> None:
    """Others of the same table stay, and a table that is not there is made."""
    wire = Wire(journal, ANSWER)
    wire.make("Light", over={"options": {"top": 1}}, limit=7, seed=3)
    assert wire.sent == [
        {"prompt": "Light", "options": {"limit": 7, "top": 1}, "seeds": {"first": 3}}
    ]
    assert WORK.body == {"prompt": "The sea", "options": {"limit": 20, "top": 5}}


def test_a_body_draws_from_a_seed_where_the_file_says(journal: Journal) -> None:
    """Beside its other fields, and those that have tokens drawn."""
    fields = replace(FIELDS, sampled={"options": {"top": 9}})
    client = Client(lambda: Endpoint("http://127.0.0.1:9"), journal)
    assert TextGenerator(Work(client, WORK), fields).drawn(7) == {
        "prompt": "The sea",
        "options": {"limit": 20, "top": 9},
        "seeds": {"first": 7},
    }


def test_a_field_may_stand_in_an_array(journal: Journal) -> None:
    """As the inputs of the open inference protocol do."""
    inputs: list[dict[str, Any]] = [
        {"name": "text", "data": ["The sea"]},
        {"name": "limit", "data": [20]},
    ]
    work = replace(WORK, body={"inputs": inputs}, text="/inputs/0/data/0", light={})
    fields = replace(FIELDS, limit="/inputs/1/data/0")
    wire = Wire(journal, ANSWER, fields=fields, work=work)
    wire.make(limit=7)
    assert wire.sent[0]["inputs"][1] == {"name": "limit", "data": [7]}
    assert inputs[1]["data"] == [20]


def test_limits_are_those_of_the_file(journal: Journal) -> None:
    """Of the work, and of its light form; none where it sends none."""
    client = Client(lambda: Endpoint("http://127.0.0.1:1"), journal)
    generator = TextGenerator(Work(client, WORK), FIELDS)
    assert (generator.usual_limit, generator.light_limit) == (20, 2)
    other = replace(generator, fields=replace(FIELDS, limit="/most"))
    assert (other.usual_limit, other.light_limit) == (None, None)


def test_an_answer_is_read_by_its_fields(journal: Journal) -> None:
    """Whether it starts with the prompt, and what its limit counts, the file says."""
    made = Wire(journal, ANSWER).make()
    assert (made.continuation, made.limited_tokens) == ("The sea is wide", 3)
    assert (made.prompt_tokens, made.completion_tokens, made.total_tokens) == (2, 3, 5)
    assert made.says_cut
    assert not made.says_ended
    whole = replace(FIELDS, starts_with_prompt=True, limit_counts_prompt=True, ended=("length",))
    made = Wire(journal, ANSWER, fields=whole).make()
    assert (made.continuation, made.limited_tokens) == (" is wide", 5)
    assert made.says_ended


@pytest.mark.parametrize("count", [-1, 1.0, True, "3", None])
def test_a_count_that_is_none_is_a_breach_with_the_answer(count: Any, journal: Journal) -> None:
    """Nothing is counted with it."""
    made = Wire(journal, {**ANSWER, "tokens": {"made": count}}).make()
    with pytest.raises(UnusableAnswer, match="'/tokens/made'") as caught:
        assert made.completion_tokens
    assert any("curl" in line for line in caught.value.evidence)


@pytest.mark.parametrize(("status", "answer"), [(422, ANSWER), (200, {"text": None}), (200, {})])
def test_an_answer_without_a_text_is_a_breach(status: int, answer: Any, journal: Journal) -> None:
    """Refused, empty of it, or something else in its place."""
    with pytest.raises(UnusableAnswer):
        Wire(journal, answer, status=status).make()
