"""Texts of the likeliest tokens, by every worker and after a restart.

Weights that are read or packed otherwise by another process, or anything drawn at its start, change
them. Which worker answers is not known: several requests, one after another, each on a connection
of its own, reach more than one.
"""

from boxproof.clauses.generation.promised_texts import greedy
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.divergence import first_divergence
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.messages import Answer
from boxproof.probes.text_generator import TextGenerator
from boxproof.scenarios.restart_in_flight import ASKED, Ended, greedy_request
from boxproof.targets.abilities import Restarts


@clause(
    "generation.same-after-restart",
    Level.MUST,
    "The text of the likeliest tokens MUST be the same from every worker, and after a restart.",
    needs=(Restarts,),
    promised=lambda config: greedy(config) and config.work.output is not None,
    effect=Effect.DISTURBS,
)
def same_after_restart(restarted: Ended, generator: TextGenerator, config: Config) -> None:
    before = [each for each in restarted.greedy if config.work.is_success(each.status)]
    if not before:
        raise NotJudged("no text was made before the restart", Cause.UNDECIDED)
    first = before[0]
    for answer in before[1:]:
        _require_same(first, answer, "to another request, one after the other", generator)
    work = generator.work
    for _ in range(ASKED):
        request = greedy_request(work, config)
        assert request is not None
        answer = work.client.send(request)
        _require_same(first, answer, "after a restart", generator)


def _require_same(first: Answer, answer: Answer, when: str, generator: TextGenerator) -> None:
    one, other = generator.made(first).continuation, generator.made(answer).continuation
    diverging = first_divergence(one, other)
    require(
        not diverging,
        f"the text of the likeliest tokens is another one {when}: {diverging}",
        (*first.evidence(), *answer.evidence()),
    )
