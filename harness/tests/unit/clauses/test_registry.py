"""The registry: what a declaration must hold, and that every shipped clause holds it."""

import inspect

import pytest

from boxproof.clauses import families
from boxproof.clauses.registry import clause, every
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.faults import fault_registry as faults
from boxproof.pytest_plugin import suite_fixtures
from boxproof.targets import abilities


def kept() -> None:
    """A judge."""


def test_every_shipped_clause_belongs_to_a_known_family() -> None:
    """A family that the order of a run does not know would be judged at a random place."""
    assert {each.family for each in every()} <= set(families.every())


def test_every_shipped_sentence_is_one_normative_sentence() -> None:
    """It holds its level's word and ends in a full stop."""
    for each in every():
        assert f" {each.level} " in each.sentence, each.id
        assert each.sentence.endswith("."), each.id


def test_every_shipped_judge_asks_only_for_fixtures_that_exist() -> None:
    """A misspelt parameter would make the clause unknown on every run."""
    known = {*suite_fixtures.declared()}
    for each in every():
        assert set(inspect.signature(each.judge).parameters) <= known | {"request"}, each.id


def test_a_judge_that_takes_an_ability_declares_that_it_needs_it() -> None:
    """Otherwise a target without the ability would not say why the clause was not judged."""
    for each in every():
        taken = {one.annotation for one in inspect.signature(each.judge).parameters.values()}
        assert taken & {*abilities.every()} <= {*each.needs}, each.id


def test_every_ability_that_is_needed_says_in_plain_words_what_can_be_done() -> None:
    """A message says "cannot pause it", never the name of a class."""
    needed = {need for each in every() for need in each.needs}
    needed |= {need for each in faults.every().values() for need in each.needs}
    assert needed <= {*abilities.every()}


def test_clauses_that_disturb_come_last() -> None:
    """What stops or kills the shared deployment is judged after what only looks at it."""
    disturbing = [each.effect is Effect.DISTURBS for each in every() if not each.after]
    assert disturbing == sorted(disturbing)


def test_the_logs_are_read_when_everything_else_was_asked() -> None:
    """Whatever it is judged by: what the service logged late is judged, too."""
    slow = [each.id for each in every() if each.family == "persistence"]
    assert {each.id for each in every(slow)[-3:]} == {
        "credentials.not-in-logs",
        "hygiene.logs-json",
        "hygiene.logs-without-traceback",
    }


@pytest.mark.parametrize(
    ("wrong_id", "sentence", "said"),
    [
        ("nofamily", "It MUST.", "not of the form"),
        ("smoke.new", "It should.", "does not say MUST"),
        ("smoke.health-answers", "It MUST.", "is taken by"),
        ("startup.not-root", "It MUST.", "is retired"),
    ],
)
def test_a_wrong_declaration_fails_at_once(wrong_id: str, sentence: str, said: str) -> None:
    """It fails when the module is imported, not in the middle of a run."""
    every()
    with pytest.raises(ValueError, match=said):
        clause(wrong_id, Level.MUST, sentence)(kept)
