"""Services that stream their text: the good one is clean, each other one is caught by its fault."""

from pathlib import Path

import pytest
from apps.judging import PROMISED, Judged, judge, process_of

STREAMING = """
[streaming]
body = { stream = true }
event = "token"
text = "/piece"
terminator = "[DONE]"
finish_reason = "/finish_reason"
usage = "/usage"
record_id = "/id"
completed_on_stop = true
silence_seconds = 0.5
"""
EVERY = {
    "streaming.events-parse",
    "streaming.whole-characters",
    "streaming.terminator",
    "streaming.increments",
    "streaming.same-text",
    "streaming.same-text-of-seed",
    "streaming.record-whole",
    "streaming.finish-reason-once",
    "streaming.usage-once",
    "streaming.refused-before-stream",
    "streaming.departures-free-places",
    "streaming.silence-bounded",
    "streaming.slow-reader",
    "streaming.stopped-as-promised",
}
CAUGHT = {
    "capital_fields": "streaming.events-parse",
    "half_characters": "streaming.whole-characters",
    "never_done": "streaming.terminator",
    "done_twice": "streaming.terminator",
    "goes_on_after_done": "streaming.terminator",
    "lump": "streaming.increments",
    "one_event": "streaming.increments",
    "compressed_lump": "streaming.increments",
    "drops_last_token": "streaming.same-text",
    "draws_anew": "streaming.same-text-of-seed",
    "stores_half": "streaming.record-whole",
    "finishes_each_token": "streaming.finish-reason-once",
    "counts_first": "streaming.usage-once",
    "refuses_in_stream": "streaming.refused-before-stream",
    "keeps_places": "streaming.departures-free-places",
    "keeps_places_before_text": "streaming.departures-free-places",
    "keeps_places_of_texts": "streaming.departures-free-places",
    "long_silence": "streaming.silence-bounded",
    "waits_for_readers": "streaming.slow-reader",
    "cut_by_stop": "streaming.stopped-as-promised",
    "silent_stop": "streaming.stopped-as-promised",
}


def judged(toy: str, folder: Path) -> Judged:
    """A toy that streams, as a local process, by the clauses about streams."""
    config = folder / "boxproof.toml"
    promised = PROMISED.partition("[upgrade]")[0]
    limits = PROMISED[PROMISED.index("[limits]") :]
    config.write_text(promised + limits + STREAMING + process_of(f"apps.streaming.{toy}"))
    given = ("--target", "process", "--family", "streaming")
    return judge(config, folder / "report", *given)


def test_nothing_is_reported_on_a_good_stream(tmp_path: Path) -> None:
    """Every clause about streams is kept."""
    said = judged("good", tmp_path)
    assert said.said("kept") == EVERY, said.output
    assert said.exit_code == 0, said.output


#: Another one of these is caught by the same clause.
SLOW = {"keeps_places_before_text", "keeps_places_of_texts", "cut_by_stop"}


@pytest.mark.parametrize(
    "toy", [pytest.param(each, marks=pytest.mark.long if each in SLOW else ()) for each in CAUGHT]
)
def test_a_broken_stream_is_caught_by_the_clause_that_names_its_fault(
    toy: str, tmp_path: Path
) -> None:
    """No other clause is broken; the proof is an exchange that a person can repeat."""
    said = judged(toy, tmp_path)
    assert said.said("broken") == {CAUGHT[toy]}, said.output
    assert not said.said("unknown"), said.output
    assert any("curl" in line for line in said.clauses[CAUGHT[toy]]["evidence"]), said.output
