"""Request ids that a restart does not begin again: a log holds both."""

from collections.abc import Iterator

from boxproof.clauses.hygiene.request_ids import COMPARED, has_request_id
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.journal import Journal, read
from boxproof.journal.entries import Requested
from boxproof.probes.client import Client
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.abilities import Restarts


@clause(
    "hygiene.request-id-after-restart",
    Level.MUST,
    "After a restart requests MUST NOT get the ids of requests from before it.",
    needs=(Restarts,),
    promised=has_request_id,
    effect=Effect.DISTURBS,
    # Ids that are shared anyway say nothing of a restart.
    follows=("hygiene.request-id-unique",),
)
def request_id_after_restart(
    restarted: Ended, http: Client, journal: Journal, config: Config
) -> None:
    name = config.hygiene.request_id
    before = dict(_given(journal, name, restarted.ordered))
    if not before:
        raise NotJudged(f"no answer before the restart has {name}", Cause.UNDECIDED)
    for _ in range(COMPARED):
        answer = http.get(config.health.path)
        own = answer.headers.get(name, "")
        require(
            own not in before,
            f"{name} before and after a restart: {own}",
            (*restarted.evidence(), f"before: {before.get(own)}", *answer.evidence()),
        )


def _given(journal: Journal, name: str, until: float) -> Iterator[tuple[str, str]]:
    """Each id that the shared deployment chose until a moment, and the request that got it."""
    for recorded in read(journal.path, Requested):
        asked = recorded.entry
        # Those of the background have deployments of their own.
        if not isinstance(asked, Requested) or recorded.scenario:
            continue
        own = _header(asked.headers, name)
        if own and asked.began < until and not _header(asked.request_headers, name):
            yield own, f"{asked.method} {asked.url} at {asked.began:.3f} s"


def _header(fields: tuple[tuple[str, str], ...], name: str) -> str:
    """The value of a header; empty where there is none."""
    return next((value for field, value in fields if field.lower() == name.lower()), "")
