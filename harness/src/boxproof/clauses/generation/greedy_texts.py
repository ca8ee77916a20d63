"""Texts of the likeliest tokens: a higher limit extends them, and nothing beside them changes them.

Source: with a temperature of 0 nothing is drawn. Sums of floating-point numbers depend on their
order, so that what a batch holds may change a text (vllm 5898): a service that lets it declines the
second clause.
"""

from boxproof.clauses.generation.promised_texts import greedy
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.messages import Answer
from boxproof.probes.text_generator import (
    INCOMPLETE,
    LIMIT_REFUSED,
    MadeText,
    TextGenerator,
)
from boxproof.scenarios.asked_at_once import Ask, at_once

#: Limits above that of the light work, one token each.
STEPS = 4
#: How many requests of the work are sent beside two greedy ones.
OTHERS = 6
OVERLOADED = (429, 503)


@clause(
    "generation.greedy-extends",
    Level.MUST,
    "One token more MUST extend the same text of the likeliest tokens.",
    promised=lambda config: greedy(config, "limit"),
    effect=Effect.WRITES,
)
def greedy_extends(generator: TextGenerator) -> None:
    greedily = generator.fields.greedy
    first = generator.light_limit or generator.usual_limit
    if first is None:
        raise NotJudged("the work says no limit that could be one higher", Cause.UNDECIDED)
    limits = [first + step for step in range(STEPS + 1)]
    usual = generator.usual_limit
    if usual is not None and usual > limits[-1]:
        limits.append(usual)
    compared = 0
    shorter: MadeText | None = None
    for limit in limits:
        answer = generator.ask(over=greedily, limit=limit)
        if answer.status in LIMIT_REFUSED and limit not in (first, usual):
            continue
        longer = generator.made(answer)
        if shorter is not None:
            begun = _whole(shorter.continuation)
            diverging = first_divergence(begun, longer.continuation[: len(begun)])
            require(
                not diverging,
                f"a higher limit ({limit}) made another text of the likeliest tokens: {diverging}",
                (*shorter.answer.evidence(), *longer.answer.evidence()),
            )
            compared += bool(begun)
        shorter = longer
    if not compared:
        raise NotJudged("no text was made that a higher limit extends", Cause.UNDECIDED)


def _whole(text: str) -> str:
    """A text without what a longer one may end otherwise: half a character, or white space."""
    return text.rstrip(INCOMPLETE).rstrip()


@clause(
    "generation.same-beside-others",
    Level.MUST,
    "The text of the likeliest tokens MUST be the same alone and beside other requests.",
    promised=greedy,
    effect=Effect.WRITES,
)
def same_beside_others(generator: TextGenerator, config: Config) -> None:
    greedily = generator.fields.greedy
    alone = generator.make(over=greedily)
    text = config.work.text

    def same() -> Answer:
        return generator.ask(over=greedily)

    def other() -> Answer:
        fresh = None if text is None else generator.work.texts.fresh()
        return generator.ask(fresh, over=config.work.heavy)

    asks: list[Ask] = [*([other] * OTHERS), same, same]
    said = at_once(asks)
    others = [each for each in said[:OTHERS] if isinstance(each, Answer)]
    served = any(config.work.is_success(each.status) for each in others)
    answers = [each for each in said[OTHERS:] if isinstance(each, Answer)]
    taken = [each for each in answers if each.status not in OVERLOADED]
    if not taken or not served:
        raise NotJudged(
            f"no request of the work was served beside one of {OTHERS} others",
            Cause.UNDECIDED,
            late=True,
        )
    for answer in taken:
        beside = generator.made(answer)
        diverging = first_divergence(alone.continuation, beside.continuation)
        require(
            not diverging,
            f"the text of the likeliest tokens is another one beside {OTHERS} other requests: "
            f"{diverging}",
            (*alone.answer.evidence(), *answer.evidence()),
        )
