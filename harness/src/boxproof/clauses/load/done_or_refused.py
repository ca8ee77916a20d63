"""Valid requests while many users ask at once: they are done, or refused so that clients know.

What is refused says when to come again (429: RFC 6585, 4; Retry-After: RFC 9110, 10.2.3). What a
clock ended is no failure here: limits of time are those of ``[load.limits]``.
"""

from collections import Counter

from boxproof.clauses.registry import clause
from boxproof.core.breaches import Breach
from boxproof.core.effects import Effect
from boxproof.core.findings import Finding, told
from boxproof.core.verdicts import Level
from boxproof.scenarios.load_run import LoadRun
from boxproof.scenarios.load_windows import ALL, Window

#: What Locust's clients call a request that took too long, and a service that was too slow itself.
LATE = ("timeout", "Timeout", "504")


@clause(
    "load.done-or-refused",
    Level.MUST,
    "Under load the service MUST do valid requests, or refuse them with 429 or 503 and "
    "Retry-After.",
    effect=Effect.WRITES,
)
def done_or_refused(load_run: LoadRun) -> None:
    findings = [
        finding
        for phase in load_run.judged_phases
        for finding in _failed_twice(load_run.of_phase(phase))
    ]
    if findings:
        summary, evidence = told(findings)
        raise Breach(summary, evidence, findings=findings)


def _failed_twice(windows: tuple[Window, ...]) -> list[Finding]:
    """What failed in the same way both times that a phase was measured."""
    if len(windows) < 2:
        return []
    first, second = windows[-2:]
    found = []
    for operation, seen in second.operations.items():
        earlier = first.operations.get(operation)
        if operation == ALL or earlier is None:
            continue
        for kind in seen.failures.keys() & earlier.failures.keys():
            if any(word in kind for word in LATE):
                continue
            times = [_told(each.failures, kind, each.requests) for each in (earlier, seen)]
            summary = f"{windows[0].phase}: {operation} {times[-1]}"
            evidence = tuple(f"{n}. time: {line}" for n, line in enumerate(times, 1))
            found.append(Finding(summary=summary, operation=operation, evidence=evidence))
    return found


def _told(failures: Counter[str], kind: str, requests: int) -> str:
    said = f"returned {kind}" if kind[0].isdigit() else f"failed with {kind}"
    return f"{said} {failures[kind]} times in {requests}"
