"""The volume, and nothing else, keeps the records."""

from boxproof.clauses.by_kind import any_kind
from boxproof.clauses.history_checks import readable
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.scenarios.acknowledged import Reread
from boxproof.targets.abilities import RecreatesContainer


@clause(
    "persistence.fresh-volume-empty",
    Level.MUST,
    "A new container on a fresh volume MUST NOT have the old one's records.",
    needs=(RecreatesContainer,),
    promised=lambda config: any_kind(readable)(config) and bool(config.service.data_mount),
)
def volume_keeps(emptied: tuple[Reread, ...]) -> None:
    found = [each for each in emptied if not each.gone]
    require(
        not found,
        f"{len(found)} of {len(emptied)} records can still be read on a fresh volume",
        [line for each in found for line in each.evidence()],
    )
