"""Texts that are short to send and long to read.

A regular expression that backtracks may take years over thirty characters (OWASP, "Regular
expression Denial of Service"; so did Cloudflare's on 2 July 2019), a loop in a loop seconds over a
long run of blanks (Stack Overflow's on 20 July 2016). Whoever computes that in the one thread that
answers stops everybody.
"""

from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import closing
from functools import partial

from boxproof.clauses.registry import clause
from boxproof.clauses.resources.health_looks import HealthLooks
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, require_in_time
from boxproof.core.daemon_pool import DaemonPool
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Level
from boxproof.probes.client import Client
from boxproof.probes.work import Work
from boxproof.scenarios.asked_at_once import Said, said

#: What is repeated, and what stands behind it, by what a person calls it.
RUNS = {
    "one letter": ("a", ""),
    "one letter and a mark": ("a", "!"),
    "words and a mark": ("word ", "!"),
    "blanks before a word": (" ", "x"),
    "open brackets": ("(", ""),
    "open tags": ("<a ", ""),
    "digits and a mark": ("1", "!"),
}
#: Exponential patterns show at once; what grows with the square of the length takes a long text.
LENGTHS = (32, 400, 4_000, 20_000)
#: An ordinary text, which is no harder to read than it is long.
ORDINARY = "The old lighthouse stood above the harbour. "
LOOK_SECONDS = 0.1


def texts(length: int) -> Iterator[tuple[str, str]]:
    """Each expensive text of a length, with its name."""
    for name, (unit, end) in RUNS.items():
        yield name, (unit * length)[: length - len(end)] + end


@clause(
    "resources.expensive-input",
    Level.MUST,
    "A text that is expensive to read MUST be answered or refused within the time limit of a "
    "request, and the health path within its own meanwhile.",
    promised=lambda config: (
        config.work.text is not None
        and not config.work.text_pattern
        and config.limits.health_seconds is not None
    ),
    effect=Effect.DISTURBS,
)
def expensive_input(http: Client, work: Work, config: Config) -> None:
    copies = max(2, config.server.workers if config.server else 0)
    for length in LENGTHS:
        for name, text in texts(length):
            looks = HealthLooks(http, config)
            every = _beside(work, config, text, copies, looks)
            told = f"a text of {length} characters ({name})"
            looks.require_in_time(f"while {told} was read")
            late = [each for each in every if isinstance(each, NoAnswer) and each.timed_out]
            if late and _is_slow(work, config, length):
                return
            require_in_time(
                not late,
                f"{told} had no answer within {config.limits.request_seconds:g} s, an ordinary one "
                "of that length had",
                [line for each in late[:1] for line in (each.summary, *each.evidence)],
            )


def _beside(
    work: Work, config: Config, text: str, copies: int, looks: HealthLooks
) -> tuple[Said, ...]:
    """What became of a text sent several times at once; looks at the health path meanwhile."""
    light = config.work.light
    with closing(DaemonPool(copies, "expensive input")) as pool:
        asked = partial(said, lambda: work.send(text, **light))
        futures: list[Future[Said]] = [pool.submit(asked) for _ in range(copies)]
        while wait(futures, LOOK_SECONDS).not_done and not looks.late:
            looks.look()
        return () if looks.late else tuple(each.result() for each in futures)


def _is_slow(work: Work, config: Config, length: int) -> bool:
    """Whether an ordinary text of that length takes too long as well."""
    text = (ORDINARY * (length // len(ORDINARY) + 1))[:length].strip()
    answer = said(lambda: work.send(text, **config.work.light))
    return isinstance(answer, NoAnswer) and answer.timed_out
