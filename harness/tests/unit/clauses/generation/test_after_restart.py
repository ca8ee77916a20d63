"""The likeliest tokens from every worker and after a restart: which text is told to differ."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boxproof.clauses.generation.after_restart import same_after_restart
from boxproof.config.options import Config, Service
from boxproof.core.breaches import Breach, NotJudged
from boxproof.probes.text_generator import TextGenerator
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.base import Exit

TEXT, OTHER = " is wide", " is deep"


def judge(saying: Callable[..., TextGenerator], before: list[Any], after: list[Any]) -> None:
    """Judge what was said before a restart and what is said after it; the last of each goes on."""
    answers = iter([*before, *after])
    generator = saying(lambda _: next(answers, after[-1]))
    said = tuple(generator.ask() for _ in before)
    ended = Ended(1.5, Exit(0, 0.1), (), (), (), None, greedy=said)
    valid = generator.work.valid
    config = Config(Path(), Service("api"), valid, generation=generator.fields)
    same_after_restart(ended, generator, config)


def test_the_same_text_is_kept_whoever_is_too_busy_for_it(saying: Callable[..., Any]) -> None:
    """A refusal before the restart says nothing of a text."""
    judge(saying, [503, TEXT, TEXT], [TEXT])


def test_a_worker_that_writes_otherwise_is_told(saying: Callable[..., Any]) -> None:
    """Before any restart, with the place where the texts part."""
    with pytest.raises(Breach, match="to another request, one after the other") as told:
        judge(saying, [TEXT, TEXT, OTHER], [TEXT])
    assert any(OTHER in line for line in told.value.evidence)


def test_a_worker_that_writes_otherwise_after_a_restart_is_told(
    saying: Callable[..., Any],
) -> None:
    """The first one may be right."""
    with pytest.raises(Breach, match="after a restart"):
        judge(saying, [TEXT, TEXT], [TEXT, OTHER])


def test_where_nothing_was_made_before_nothing_is_judged(saying: Callable[..., Any]) -> None:
    """There is nothing to compare with."""
    with pytest.raises(NotJudged, match="no text was made before"):
        judge(saying, [503], [TEXT])
