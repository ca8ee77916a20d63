"""How a clause judges a history: the checks that it names find nothing."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress

from boxproof.config.operations import List
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, Late, NotJudged
from boxproof.core.errors import BootFailed
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause
from boxproof.ledger.checkers import durable
from boxproof.ledger.history import Anomaly, History, Walk
from boxproof.ledger.table import lines_of, prove
from boxproof.ledger.tried import Check, untried
from boxproof.scenarios.fault_runs import KILL, FaultRuns

#: The fixture ``under``: the history of a fault by its name.
Under = Callable[[str], History]

#: Every acknowledged write is there once, as acknowledged, and nothing else is; updates and deletes
#: hold.
DURABLE: tuple[Check, ...] = (
    durable.lost,
    durable.altered,
    durable.undone,
    durable.repeated,
    durable.unsent,
    durable.rejected_and_stored,
)

#: What is wrong with a write, where one of these finds it.
WRITES: Mapping[Check, str] = {
    durable.lost: "lost",
    durable.altered: "changed",
    durable.repeated: "stored more than once",
}


def readable(config: Config) -> bool:
    """Whether ``boxproof.toml`` describes how a record is read again."""
    return config.record is not None and config.record.read is not None


def traceable(config: Config) -> bool:
    """Whether it says as well where the user's text stands, so that each write can be told."""
    kind = config.record
    return kind is not None and kind.read is not None and config.maker(kind).text is not None


def answers_with_text(config: Config) -> bool:
    """Whether it says where that text stands in the answer, too."""
    kind = config.record
    return traceable(config) and kind is not None and kind.text_when_made is not None


def listed(config: Config) -> bool:
    """Whether it describes a list as well, with a way through its pages and texts in it."""
    kind = config.record
    return (
        kind is not None
        and kind.list is not None
        and bool(kind.list.ways)
        and kind.item_text is not None
        and config.maker(kind).text is not None
    )


def ordered(config: Config) -> bool:
    """Whether that list has an order as well."""
    return listed(config) and _list(config).order != "none"


def stable(config: Config) -> bool:
    """Whether its pages stay as they are while records are added."""
    return listed(config) and _list(config).is_stable


def _list(config: Config) -> List:
    assert config.record is not None
    assert config.record.list is not None
    return config.record.list


def success_statuses(config: Config) -> tuple[int, ...]:
    """The statuses of an answer that acknowledges a record."""
    assert config.record is not None
    return config.maker(config.record).statuses


def after_kill(fault_runs: FaultRuns) -> History:
    """The history of SIGKILL, of one or of several, whatever has been judged before.

    A schedule has one kill in it: one that lost nothing has shown this too, and saves a boot; one
    that lost something, or that could not be finished, may owe that to another fault.
    """
    if fault_runs.cycles == 1:
        with suppress(Breach, BootFailed):
            scheduled = fault_runs.under_schedule()
            if not found(scheduled, *DURABLE):
                return scheduled
    return fault_runs.under(KILL)


def judge_under(fault_runs: FaultRuns, name: str, *checks: Check) -> None:
    """Judge the history of a fault by these checks.

    A schedule that had this fault in it and shows nothing has shown this too, and saves the fault
    done alone; one that shows something may owe that to another fault.

    Raises:
        Breach, NotJudged: as :func:`judge` raises them.
    """
    scheduled = fault_runs.scheduled(name)
    if scheduled is None or found(scheduled, *checks) or untried(scheduled, *checks):
        judge(fault_runs.under(name), *checks)


def found(history: History, *checks: Check) -> list[Anomaly]:
    """What the checks find."""
    return [each for check in checks for each in check(history)]


def judge(history: History, *checks: Check) -> None:
    """Break the clause when any of the checks finds an anomaly.

    Raises:
        NotJudged: none is found, in a history that could not have shown one, or whatever is found
            rests on lists of one page, which a mistyped ``next`` gives as well.
    """
    anomalies = found(history, *checks)
    if anomalies and all(map(_unnamed, anomalies)):
        raise NotJudged(
            "the list ended with its first page, a full one, and lacks acknowledged records; it "
            f"holds nothing at {_unnamed(anomalies[0])!r}: correct next in [records.NAME.list], or "
            "the service names no next page",
            Cause.UNDECIDED,
        )
    if anomalies:
        # An answer that never came might have come to a client who waited longer.
        unanswered = any(request.status is None for each in anomalies for request in each.proof)
        summary = summarized(history, *checks)
        evidence = (*prove(history, anomalies), *history.told)
        raise (Late if unanswered else Breach)(
            summary,
            evidence,
            anomalies=[lines_of(history, each) for each in anomalies],
            findings=[Finding(summary=summary, evidence=evidence, fault=only_fault(history))],
        )
    missing = untried(history, *checks)
    if missing:
        raise NotJudged(missing, Cause.UNDECIDED)


def _unnamed(anomaly: Anomaly) -> str:
    """What ``next`` named in no page of a list that an anomaly rests on; empty where it did."""
    walks = (each for each in anomaly.proof if isinstance(each, Walk))
    return next((each.unnamed for each in walks if each.unnamed), "")


def only_fault(history: History) -> str:
    """The fault of a history; empty where it had none, or several that may each be the cause."""
    names = {each.name for each in history.faults}
    return names.pop() if len(names) == 1 else ""


def summarized(history: History, *checks: Check) -> str:
    """How many writes were lost, changed or repeated, what else was found, and the first of all."""
    counts: Counter[str] = Counter()
    first = ""
    for check in checks:
        anomalies = list(check(history))
        first = first or (anomalies[0].summary if anomalies else "")
        # A lost write may be missed by the list and by its own read: it is one write.
        counts[WRITES.get(check, "")] += len({id(each.proof[0]) for each in anomalies})
    others = counts.pop("", 0)
    whole = f"of {len(history.acknowledged)} acknowledged writes"
    what = [f"{count} {whole} {word}" for word, count in counts.items() if count]
    if others:
        noun = "anomaly" if others == 1 else "anomalies"
        what.append(f"{others} other {noun}" if what else f"{others} {noun} in {whole[3:]}")
    return f"{', '.join(what)}; first: {first}"
