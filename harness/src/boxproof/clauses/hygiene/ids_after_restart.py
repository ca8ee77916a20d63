"""Request ids that a restart does not begin again: a log holds both."""

from boxproof.clauses.hygiene.request_ids import has_request_id
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import NotJudged, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.client import Client
from boxproof.scenarios.restart_in_flight import ASKED, Ended
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
def request_id_after_restart(restarted: Ended, http: Client, config: Config) -> None:
    name = config.hygiene.request_id
    seen = {own: each for each in restarted.looks if (own := each.headers.get(name))}
    if not seen:
        raise NotJudged(f"no answer before the restart has {name}", Cause.UNDECIDED)
    for _ in range(ASKED):
        answer = http.get(config.health.path)
        own = answer.headers.get(name, "")
        evidence = (*seen[own].evidence(), *answer.evidence()) if own in seen else ()
        require(
            own not in seen, f"before and after a restart a request got {name}: {own}", evidence
        )
