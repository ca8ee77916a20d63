"""What one user sees of another's."""

from dataclasses import replace

from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, NotJudged, UnusableAnswer, require
from boxproof.core.effects import Effect
from boxproof.core.verdicts import Cause, Level
from boxproof.probes.client import Client
from boxproof.probes.pager import find_record
from boxproof.probes.record_store import RecordStore
from boxproof.targets.endpoints import of_another

#: Not let in, or not told that it is there (RFC 9110, 15.5.2, 15.5.4 and 15.5.5).
HIDDEN = (401, 403, 404)


def has_another(config: Config) -> bool:
    """Whether ``boxproof.toml`` names another user, and how a record is read or listed."""
    credential, kind = config.credential, config.record
    return (
        credential is not None
        and credential.another is not None
        and kind is not None
        and (kind.read is not None or kind.list is not None)
    )


@clause(
    "credentials.records-private",
    Level.MUST,
    "Another user's record MUST NOT be listed, and reading it MUST return 401, 403 or 404.",
    promised=has_another,
    effect=Effect.WRITES,
    each_kind=True,
)
def records_private(records: RecordStore, config: Config) -> None:
    client, theirs = records.client, of_another(config)
    other = Client(lambda: replace(client.endpoint(), credentials=theirs), client.journal)
    try:
        made = records.through(other).create()
    except UnusableAnswer as error:
        raise NotJudged(
            f"with credential.another, {error.summary}; is it right?", Cause.UNDECIDED
        ) from None
    if records.kind.read is not None:
        answer = records.read(made.key)
        require(
            answer.status in HIDDEN,
            f"another user's record returned {answer.status}, not 401, 403 or 404",
            [*made.answer.evidence(), *answer.evidence()],
        )
    found = find_record(records.pager, made.id)
    if found is not None:
        evidence = [*made.answer.evidence(), *found[1].evidence()]
        raise Breach("the list holds another user's record", evidence)
