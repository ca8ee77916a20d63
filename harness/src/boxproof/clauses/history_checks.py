"""How a clause judges a history: the checks that it names find nothing."""

from collections.abc import Callable, Iterator

from boxproof.config.options import Config
from boxproof.core.breaches import require
from boxproof.ledger.checks import durable
from boxproof.ledger.history import Anomaly, History
from boxproof.ledger.table import prove
from boxproof.scenarios.fault_runs import KILL, FaultRuns

Check = Callable[[History], Iterator[Anomaly]]
#: The fixture ``under``: the history of a fault by its name.
Under = Callable[[str], History]

#: Every acknowledged write is there once, as acknowledged, and nothing else is.
DURABLE: tuple[Check, ...] = (
    durable.lost,
    durable.altered,
    durable.repeated,
    durable.unsent,
    durable.rejected_and_stored,
)


def readable(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes how to look at a record again."""
    return config.operations.read is not None


def listed(config: Config) -> bool:
    """Whether it describes a list as well, with a cursor through its pages."""
    return config.operations.list is not None and bool(config.operations.list.before)


def after_kill(fault_runs: FaultRuns) -> History:
    """The history of SIGKILL.

    A schedule that lost nothing has shown this too, and saves a boot; one that lost something may
    owe that to another fault.
    """
    scheduled = fault_runs.scheduled_kill()
    if scheduled is not None and not found(scheduled, *DURABLE):
        return scheduled
    return fault_runs.under(KILL)


def found(history: History, *checks: Check) -> list[Anomaly]:
    """What the checks find."""
    return [each for check in checks for each in check(history)]


def judge(history: History, *checks: Check) -> None:
    """Break the clause when any of the checks finds an anomaly."""
    anomalies = found(history, *checks)
    require(
        not anomalies,
        f"{len(anomalies)} anomalies among {len(history.acknowledged)} acknowledged writes; "
        f"the first: {anomalies[0].summary if anomalies else ''}",
        prove(history, anomalies),
    )
