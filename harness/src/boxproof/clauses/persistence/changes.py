"""Updates and deletes hold after the server was stopped."""

from boxproof.clauses.by_kind import any_kind
from boxproof.clauses.persistence.survives import require_all
from boxproof.clauses.records.deletes import delete_read
from boxproof.clauses.records.updates import updatable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.restart_in_flight import Ended
from boxproof.targets.abilities import Restarts


@clause(
    "persistence.update-survives",
    Level.MUST,
    "A record that was updated before the server was stopped MUST be read as it was updated after "
    "the next start.",
    needs=(Restarts,),
    promised=any_kind(updatable),
    effect=Effect.DISTURBS,
)
def update_survives(restarted: Ended) -> None:
    _require_held("updates", restarted, deletes=False)


@clause(
    "persistence.delete-survives",
    Level.MUST,
    "A record that was deleted before the server was stopped MUST NOT be there after the next "
    "start.",
    needs=(Restarts,),
    promised=any_kind(delete_read),
    effect=Effect.DISTURBS,
)
def delete_survives(restarted: Ended) -> None:
    _require_held("deletes", restarted, deletes=True)


def _require_held(what: str, restarted: Ended, *, deletes: bool) -> None:
    tried = [each for each in restarted.changed if each.is_delete == deletes]
    if not tried:
        raise NotJudged(f"there were no acknowledged {what} that held before it", Cause.UNDECIDED)
    require_all(tried, "a restart", what)
