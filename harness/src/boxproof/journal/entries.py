"""Every entry of the journal, each a class with its kind.

An entry's line holds ``t`` (seconds since the run began), ``kind``, ``clause``, ``scenario`` and
``deployment`` where it has them, and the fields of its class. A new kind and a new field with a
default leave :data:`VERSION` as it is; whatever an older reader would misread raises it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from boxproof.core.document_coverage import OperationCoverage
from boxproof.core.findings import Finding
from boxproof.core.verdicts import Cause, Level, Verdict
from boxproof.core.waivers import Waived
from boxproof.journal.bodies import Body

#: Of the journal's form. 1 had no first line of its own, no clauses and no types.
VERSION = 2

_kinds: dict[str, type["Entry"]] = {}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Something that happened."""

    kind: ClassVar[str]

    def __init_subclass__(cls, kind: str) -> None:
        super().__init_subclass__()
        cls.kind = kind
        _kinds[kind] = cls


def kinds() -> Mapping[str, type[Entry]]:
    """The class of every kind."""
    return _kinds


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry in its place: ``t`` in seconds since the run began.

    Attributes:
        clause: the clause that was being judged; empty where none was.
        scenario: the scenario that was being made.
        deployment: what it was sent to, or happened to.
    """

    t: float
    entry: Entry
    clause: str = ""
    scenario: str = ""
    deployment: str = ""

    @property
    def kind(self) -> str:
        """The entry's kind."""
        return self.entry.kind


@dataclass(frozen=True, kw_only=True)
class JournalBegan(Entry, kind="journal"):
    """The first line; ``epoch`` is the machine's clock at t = 0, in seconds since 1970."""

    version: int = VERSION
    epoch: float = 0.0


@dataclass(frozen=True, kw_only=True)
class RunBegan(Entry, kind="run"):
    """What was asked of the run; ``why`` says why there is no container engine.

    Attributes:
        max_examples: of the command line, in place of ``[schema]``'s.
        cycles: the kills of ``persistence.survives-kill``.
        shard: the part of a run that it is, such as ``2/4``.
        shards_missing: those whose journals were not joined to this one.
        file_sha256: of ``boxproof.toml``.
    """

    version: str
    began: str = ""
    id: str = ""
    service: str = ""
    target: str = ""
    why: str = ""
    seed: int = 0
    selection: str = ""
    require_complete: bool = False
    strict_waivers: bool = False
    fail_on: str = "should"
    max_examples: int | None = None
    cycles: int = 1
    shard: str = ""
    shards_missing: tuple[int, ...] = ()
    file_sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class WaiverRead(Entry, kind="waiver"):
    """A waiver that the team has written for the clause ``id``, as it stands on the run's day.

    ``problem`` says why it can never cover anything, such as that there is no such clause.
    """

    id: str
    waived: Waived
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class FactsLearned(Entry, kind="facts"):
    """What was learned of the image and the boot, by name."""

    values: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Progress(Entry, kind="progress"):
    """A line for a person who waits."""

    line: str


@dataclass(frozen=True, kw_only=True)
class Noted(Entry, kind="note"):
    """Something that a clause or a scenario saw and that its verdict rests on."""

    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BootOrdered(Entry, kind="boot"):
    """A deployment was told to start; ``attempt`` counts from 0 where a port was taken."""

    deployment: str
    label: str = ""
    attempt: int = 0


@dataclass(frozen=True, kw_only=True)
class BecameReady(Entry, kind="ready"):
    """It answered its health path at ``url`` for the first time, after so many looks."""

    deployment: str = ""
    url: str
    seconds: float = 0.0
    attempts: int = 0


@dataclass(frozen=True, kw_only=True)
class FirstBootFailed(Entry, kind="boot-failed"):
    """The service's first boot failed; the run ends."""

    summary: str
    log: str = ""
    exit_code: int | None = None
    oom_killed: bool = False


@dataclass(frozen=True, kw_only=True)
class ServerEnded(Entry, kind="exit"):
    """A server has ended; ``neighbour`` is the service beside the judged one that it was."""

    deployment: str
    code: int
    seconds: float | None = None
    oom_killed: bool = False
    neighbour: str = ""


@dataclass(frozen=True, kw_only=True)
class TargetActed(Entry, kind="target"):
    """Something was done to a deployment: stop, kill, recreate, …"""

    deployment: str
    action: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FaultBegan(Entry, kind="fault-began"):
    """A fault of a fault run is being done to a deployment from here on."""

    name: str
    deployment: str = ""


@dataclass(frozen=True, kw_only=True)
class FaultInForce(Entry, kind="fault-in-force"):
    """It has been done: what is sent from here on until it ends meets it."""

    name: str
    deployment: str


@dataclass(frozen=True, kw_only=True)
class FaultEnded(Entry, kind="fault-ended"):
    """It is healed; ``error`` says what went wrong with that."""

    name: str
    error: str = ""
    deployment: str = ""


@dataclass(frozen=True, kw_only=True)
class ScenarioBegan(Entry, kind="scenario-began"):
    """A scenario is being made in the background from here on."""

    name: str


@dataclass(frozen=True, kw_only=True)
class ScenarioEnded(Entry, kind="scenario-ended"):
    """It has been made; ``error`` says what went wrong with it."""

    name: str
    seconds: float
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Requested(Entry, kind="request"):
    """One request that has ended; moments are on the journal's clock.

    ``accepted`` is when the server said that it will read the body; ``status`` is None where no
    answer came, and ``error`` says why. ``cut`` says that the body went on beyond what was read;
    ``request_headers`` are those of the endpoint, without its credentials.
    """

    method: str
    url: str
    began: float
    request_headers: tuple[tuple[str, str], ...] = ()
    sent: Body | None = None
    accepted: float | None = None
    seconds: float | None = None
    status: int | None = None
    error: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: Body | None = None
    cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Logged(Entry, kind="log"):
    """A line that a server wrote.

    ``at`` is on the journal's clock: by the engine's own time for a container, by the time of
    reading for a process; None where an older journal does not say. ``neighbour`` is the service
    beside the judged one that wrote it.
    """

    deployment: str
    line: str
    at: float | None = None
    neighbour: str = ""


@dataclass(frozen=True, kw_only=True)
class Sampled(Entry, kind="sample"):
    """What a deployment used at this moment; None where the target cannot tell.

    ``cpu_seconds`` counts from its start. ``memory_bytes`` is the resident memory of its processes,
    for a container what ``docker stats`` shows; ``anonymous_bytes`` the part of it that no file is
    behind, such as heaps and stacks.
    """

    deployment: str
    cpu_seconds: float | None = None
    memory_bytes: int | None = None
    anonymous_bytes: int | None = None
    descriptors: int | None = None
    threads: int | None = None


@dataclass(frozen=True, kw_only=True)
class FuzzPhaseEnded(Entry, kind="fuzz-phase"):
    """A phase of the fuzzing is over."""

    name: str
    total: int = 0
    failures: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FuzzFailureFound(Entry, kind="fuzz-failure"):
    """A check that failed, with the requests that show it."""

    check: str
    operation: str
    phase: str = ""
    title: str = ""
    message: str = ""
    seen: int = 1
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FuzzEnded(Entry, kind="fuzz"):
    """What came of the fuzzing."""

    seed: int
    seconds: float
    cases: int
    document_problem: str = ""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ClientEnded(Entry, kind="client"):
    """A client of the team's own has ended; ``code`` is None where it took too long."""

    name: str
    command: str
    code: int | None
    seconds: float
    output: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OperationCovered(Entry, kind="operation-covered"):
    """What of one operation of the OpenAPI document the fuzzing covered."""

    coverage: OperationCoverage


@dataclass(frozen=True, kw_only=True)
class LoadBegan(Entry, kind="load"):
    """Many users begin to ask; ``tool`` makes them, of ``operations`` by weight or a locustfile."""

    tool: str
    profile: str
    shape: str
    users: int
    operations: Mapping[str, Any] = field(default_factory=dict)
    locustfile: str = ""


@dataclass(frozen=True, kw_only=True)
class LoadSecondEnded(Entry, kind="load-second"):
    """One second of a load, from ``began`` on the journal's clock.

    Attributes:
        offered: how many requests a second they would make if each was answered at once; None
            where that is not known.
        operations: of each its ``requests``, those ``done``, ``refused`` and ``failed``, and
            ``p50_seconds`` and ``p99_seconds`` where there are any.
    """

    began: float
    phase: str
    users: int
    offered: float | None = None
    operations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LoadPhaseEnded(Entry, kind="load-phase"):
    """A phase of a load that was measured, from ``began`` on for ``seconds``.

    Attributes:
        round: which time it was measured; what is beyond a limit is measured a second time.
        cpu_percent: what the busiest process took that made the load, of one core.
        operations: of each, and of all together as ``all``, the counts of a second as above, its
            ``failures`` by kind, ``mean_seconds``, and estimates: number, ends of its interval.
    """

    name: str
    round: int
    began: float
    seconds: int
    users: int
    offered: float | None = None
    cpu_percent: float = 0.0
    operations: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class LoadFound(Entry, kind="load-finding"):
    """What a load showed of the service, which no clause promises."""

    name: str
    told: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ClauseBegan(Entry, kind="clause"):
    """A clause is about to be judged."""

    id: str


@dataclass(frozen=True, kw_only=True)
class ClauseJudged(Entry, kind="verdict"):
    """A clause and its verdict.

    Attributes:
        seconds: of judging it and of what was set up for it alone.
        drawn: whether it rests on requests drawn from the seed, which another run may not send.
        background: whether what it judges was made in the background, in ``seconds`` of others.
        evidence: lines that prove it, as a person reads them: the first few of what was found.
        anomalies: everything that was found, a list of lines each.
        cause: why it was not judged.
        findings: what it was broken by, each without its evidence; empty where that is one thing.
        waived: the waivers that cover some of it or all, or would had they not expired.
    """

    id: str
    family: str
    level: Level
    sentence: str
    verdict: Verdict
    seconds: float = 0.0
    summary: str = ""
    evidence: tuple[str, ...] = ()
    cause: Cause | None = None
    background: bool = False
    drawn: bool = False
    anomalies: tuple[tuple[str, ...], ...] = ()
    findings: tuple[Finding, ...] = ()
    waived: tuple[Waived, ...] = ()


@dataclass(frozen=True, kw_only=True)
class HarnessFailed(Entry, kind="harness-failure"):
    """The run itself went wrong; it is never clean."""

    what: str


@dataclass(frozen=True, kw_only=True)
class DeploymentKept(Entry, kind="kept"):
    """The shared deployment stays after the run; ``looks`` says how to look into it, by what."""

    looks: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RunEnded(Entry, kind="end"):
    """The last entry of a run that came to its end."""

    interrupted: bool
