"""What was acknowledged outlasts the power, not only the process."""

from boxproof.clauses.history_checks import DURABLE, judge, traceable
from boxproof.clauses.registry import clause
from boxproof.config.options import Config
from boxproof.core.verdicts import Level
from boxproof.ledger.history import History
from boxproof.targets.abilities import LosesPower


def stored(config: Config) -> bool:
    """Whether records can be looked at again, and their place is known."""
    return traceable(config) and bool(config.service.data_mount)


@clause(
    "persistence.survives-power-loss",
    Level.SHOULD,
    "What was acknowledged SHOULD be there, once and as it was acknowledged, when the power fails "
    "and all that was not fsynced is gone.",
    needs=(LosesPower,),
    promised=stored,
)
def survives_power_loss(power_lost: History) -> None:
    judge(power_lost, *DURABLE)
