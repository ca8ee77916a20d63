"""Texts that the service refuses, and what it must not take for one."""

from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.work import Work


def _has_text(config: Config) -> bool:
    """Whether ``boxproof.toml`` says where the user's text stands."""
    return config.work.text is not None


def _any_text(config: Config) -> bool:
    """Whether it does, and does not say that only some texts are accepted."""
    return _has_text(config) and not config.work.text_pattern


def _can_be_empty(config: Config) -> bool:
    """Whether a request with an empty text is the same request, and not one that is accepted.

    Of a path that is filled in with nothing another route may well answer.
    """
    work = config.work
    return _has_text(config) and not work.takes_empty_text and work.text_place != "parameters"


@clause(
    "generation.forbidden-refused",
    Level.MUST,
    "A text that holds a forbidden word, in any case, MUST be refused with the promised status.",
    promised=lambda config: _any_text(config) and config.forbidden is not None,
    effect=Effect.WRITES,
)
def forbidden_refused(work: Work, shapes: Shapes, config: Config) -> None:
    assert config.forbidden is not None
    for word in config.forbidden.words:
        for text in (word, f"so much {word.upper()}!", f"the {word.capitalize()}, then"):
            answer = work.send(text)
            require(
                answer.status == config.forbidden.status,
                f"a text with {word!r} returned {answer.status}, not {config.forbidden.status}",
                answer.evidence(),
            )
            shapes.require_documented(answer, "the error response")


@clause(
    "generation.forbidden-whole-words",
    Level.MUST,
    "A text that holds a forbidden word only inside a longer one MUST NOT be refused.",
    promised=lambda config: (
        _any_text(config) and config.forbidden is not None and not config.forbidden.inside_words
    ),
    effect=Effect.WRITES,
)
def forbidden_whole_words(work: Work, config: Config) -> None:
    assert config.forbidden is not None
    for word in config.forbidden.words:
        text = f"un{word}ly"
        answer = work.send(text)
        require(
            config.work.is_success(answer.status),
            f"{text!r}, which only contains {word!r}, returned {answer.status}",
            answer.evidence(),
        )


@clause(
    "generation.empty-refused",
    Level.MUST,
    "An empty text MUST be refused with a 4xx answer of the documented shape.",
    promised=_can_be_empty,
    effect=Effect.WRITES,
)
def empty_refused(work: Work, shapes: Shapes) -> None:
    answer = work.send("")
    require(
        400 <= answer.status < 500, f"an empty text returned {answer.status}", answer.evidence()
    )
    shapes.require_documented(answer, "the error response")
