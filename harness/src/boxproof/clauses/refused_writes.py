"""How clauses judge a service that cannot write for a while."""

from collections.abc import Iterable

from boxproof.clauses.history_checks import success_statuses, traceable
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import NoAnswer, NotJudged, require
from boxproof.core.verdicts import Cause
from boxproof.ledger.history import REFUSING_STATUSES
from boxproof.probes import internals
from boxproof.probes.messages import Answer
from boxproof.scenarios.asked_at_once import Said
from boxproof.scenarios.storage_faults import Tried


def stored(config: Config) -> bool:
    """Whether records can be looked at again, and their place is known."""
    return traceable(config) and bool(config.service.data_mount)


def with_database(config: Config) -> bool:
    """Whether the file that the records are in is known as well."""
    return stored(config) and bool(config.durability.database)


def require_clean_refusals(writes: Iterable[Said], shapes: Shapes) -> None:
    """Break the clause unless each of the writes was refused in words that a client may read."""
    for said in writes:
        if isinstance(said, NoAnswer):
            require(False, f"a write got no answer: {said.summary}", said.evidence)
            continue
        wanted = " or ".join(map(str, sorted(REFUSING_STATUSES)))
        require(
            said.status in REFUSING_STATUSES,
            f"a write that cannot be done returned {said.status}, not {wanted}",
            said.evidence(),
        )
        shapes.require_documented(said, "the error response")
        leak = internals.shown(said.body)
        require(not leak, f"the error response leaks internals: {leak}", said.evidence())


def require_met(tried: Tried, config: Config, why: str) -> None:
    """Judge nothing where every write was done all the same; ``why`` it was.

    Raises:
        NotJudged: every one was.
    """
    success = success_statuses(config)
    if not tried.missing and all(returned(each, *success) for each in tried.writes):
        raise NotJudged(f"no write was refused: {why}", Cause.UNDECIDED)


def returned(said: Said, *statuses: int) -> bool:
    """Whether a request returned one of these statuses."""
    return isinstance(said, Answer) and said.status in statuses


def require_reads(tried: Tried) -> None:
    """Break the clause unless reads went on."""
    for said in tried.reads:
        if isinstance(said, NoAnswer):
            require(False, f"a read got no answer: {said.summary}", said.evidence)
        else:
            require(said.status == 200, f"a read returned {said.status}, not 200", said.evidence())
