"""Clauses that are judged for every kind of records, and what is said where several are broken."""

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from boxproof.config.options import Config
from boxproof.core.breaches import (
    Breach,
    Late,
    NoAnswer,
    NotJudged,
    UnusableAnswer,
    rests_on_time,
)
from boxproof.core.findings import Finding, told
from boxproof.probes.record_store import RecordStore
from boxproof.scenarios.fault_runs import FaultRuns

#: What a judge is given of the kind that it judges; each comes from a fixture.
OF_THE_KIND = {"records": "record_stores", "under": "fault_runs"}


def any_kind(promised: Callable[[Config], bool]) -> Callable[[Config], bool]:
    """Whether something is promised of any kind of records, taken alone."""
    return lambda config: any(promised(each) for each in config.by_kind().values())


def judged_by_kind(judge: Callable[..., None], kinds: Mapping[str, Config]) -> Callable[..., None]:
    """A judge that judges several kinds of records in turn, and says of which it speaks.

    Args:
        kinds: each kind by its name, as a file that describes it alone.
    """
    wanted = inspect.signature(judge).parameters

    @functools.wraps(judge)
    def judged(**given: Any) -> None:
        breaches: dict[str, Breach] = {}
        reasons: dict[str, NotJudged] = {}
        for name, config in kinds.items():
            own = {"config": config, **_of_the_kind(name, given)}
            passed = {**given, **own}
            try:
                judge(**{each: passed[each] for each in wanted})
            except NotJudged as untried:
                reasons[name] = untried
            except UnusableAnswer as error:
                late = isinstance(error, NoAnswer) and error.timed_out
                breaches[name] = (Late if late else Breach)(error.summary, error.evidence)
            except Breach as breach:
                breaches[name] = breach
        if breaches:
            raise together(breaches)
        for name, reason in reasons.items():
            raise NotJudged(f"{name}: {reason}", reason.cause, late=reason.late)

    names = dict.fromkeys(OF_THE_KIND.get(each, each) for each in wanted)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(each, kind) for each in names])
    judged.__dict__["__signature__"] = signature
    return judged


def together(breaches: Mapping[str, Breach]) -> Breach:
    """The breaches of several kinds as one, each of its findings with the name of its kind."""
    findings = [
        replace(finding, summary=f"{name}: {finding.summary}")
        for name, breach in breaches.items()
        for finding in breach.findings
        or (Finding(summary=breach.summary, evidence=breach.evidence),)
    ]
    late = any(map(rests_on_time, breaches.values()))
    summary, evidence = told(findings)
    return (Late if late else Breach)(
        summary,
        evidence,
        anomalies=[each for breach in breaches.values() for each in breach.anomalies],
        findings=findings,
    )


def _of_the_kind(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a judge is given of a kind, as far as it wants it."""
    made: dict[str, Any] = {}
    if "record_stores" in given:
        stores: tuple[RecordStore, ...] = given["record_stores"]
        made["records"] = next(each for each in stores if each.name == name)
    if "fault_runs" in given:
        runs: FaultRuns = given["fault_runs"]
        made["under"] = runs.of_kind(name).under
    return made
