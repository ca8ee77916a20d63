"""An id names one record for ever."""

from collections import Counter

from boxproof.clauses.histories.disturbances import Ended
from boxproof.clauses.histories.ledger import Ledger
from boxproof.clauses.registry import clause
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.targets.base import Kills, Restarts


@clause(
    "persistence.ids-unique",
    Level.MUST,
    "An id MUST NOT be given to a second record, across restarts and SIGKILL.",
    needs=(Kills, Restarts),
    disturbs=True,
)
def ids_unique(restarted: Ended, killed: Ended, ledgers: list[Ledger]) -> None:
    assert restarted.after
    assert killed.after
    for ledger in ledgers:
        ids = [str(each.id) for each in ledger.records]
        twice = sorted(each for each, count in Counter(ids).items() if count > 1)
        require(
            not twice,
            f"{len(twice)} of {len(set(ids))} ids name two records: {', '.join(twice[:5])}",
            [
                line
                for each in ledger.records
                if str(each.id) in twice[:2]
                for line in each.answer.evidence()
            ],
        )
