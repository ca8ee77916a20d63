"""Streams that are not silent for long: proxies and clients give a silent connection up.

A comment keeps a connection alive and says nothing
(https://html.spec.whatwg.org/multipage/server-sent-events.html#authoring-notes).
"""

from itertools import pairwise

from boxproof.clauses.registry import clause
from boxproof.clauses.streaming.promised_streams import UNREADABLE, describes
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require_in_time
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal
from boxproof.probes.text_streamer import TextStreamer
from boxproof.probes.traffic import Traffic
from boxproof.probes.work import Work

#: How often a stream may be silent for too long by chance.
TRIES = 3
#: So many times the promised silence is no machine's delay any more.
RATIO = 2.0


@clause(
    "streaming.silence-bounded",
    Level.MUST,
    "A stream of heavy work beside others MUST NOT be silent, without text or a heartbeat, for "
    "longer than promised.",
    promised=lambda config: describes(config, "silence_seconds") and bool(config.work.heavy),
    effect=Effect.DISTURBS,
    follows=UNREADABLE,
)
def silence_bounded(streamer: TextStreamer, work: Work, journal: Journal, config: Config) -> None:
    promised = streamer.fields.silence_seconds
    assert promised is not None
    heavy = config.work.heavy
    silences: list[float] = []
    evidence: tuple[str, ...] = ()
    clients = config.resources.busy_requests
    with Traffic(lambda: [work.request(heavy)], journal, clients=clients, announced=False):
        for _ in range(TRIES):
            answer, parts = streamer.ask(over=heavy)
            if not config.work.is_success(answer.status):
                continue
            arrivals = [came for _, came in parts]
            gaps = (later - earlier for earlier, later in pairwise(arrivals))
            silences.append(max(gaps, default=0.0))
            evidence = answer.evidence()
            if silences[-1] <= RATIO * promised:
                return
    if not silences:
        raise NotJudged(f"no stream was served beside {clients} heavy requests", Cause.UNDECIDED)
    require_in_time(
        False,
        f"each of {len(silences)} streams was silent for {min(silences):.2f} s or longer, and not "
        f"for {promised:g} s",
        evidence,
    )
