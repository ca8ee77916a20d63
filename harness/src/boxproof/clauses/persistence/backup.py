"""The database can be copied while clients write."""

from boxproof.clauses.refused_writes import with_database
from boxproof.clauses.registry import clause
from boxproof.core.breaches import NotJudged, require
from boxproof.core.verdicts import Cause, Level
from boxproof.scenarios.database_backup import Copied
from boxproof.targets.abilities import FillsVolume, RunsScripts

SHOWN = 5


@clause(
    "persistence.backup-opens-clean",
    Level.SHOULD,
    "A copy that SQLite's own backup makes while clients write SHOULD open clean, and hold every "
    "write that was acknowledged before it began.",
    needs=(FillsVolume, RunsScripts),
    promised=with_database,
)
def backup_opens_clean(copied: Copied) -> None:
    require(
        copied.integrity == "ok",
        "the copy is not a sound database",
        ["PRAGMA integrity_check", copied.integrity],
    )
    missing = [each for each in copied.before if each.text not in copied.texts]
    require(
        not missing,
        f"{len(missing)} of {len(copied.before)} writes that were acknowledged before the copy "
        "began are not in it",
        [f"id {each.id}, acknowledged at {each.ended:.3f} s: {each.text}" for each in missing][
            :SHOWN
        ],
    )
    if not copied.during:
        raise NotJudged("no write was in flight while the copy was made", Cause.UNDECIDED)
