"""What a service does with more than it can do, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from boxproof.scenarios.health_watch import Look
from boxproof.scenarios.knee import Knee
from boxproof.scenarios.load_windows import ALL, MEASURES, Window

#: It has collapsed where it does no more than this share of what it can do.
COLLAPSED = 0.7
#: A share that says something.
MUCH = 0.02


@dataclass(frozen=True, slots=True)
class BeyondKnee:
    """Rates are requests a second; ``failures`` are counts by kind."""

    offered: float
    possible: float
    done: float
    refused: float
    failed: float
    failures: dict[str, int]
    p95_seconds: float | None

    @classmethod
    def of(cls, window: Window, knee: Knee) -> Self:
        """What a window beyond the knee shows."""
        seen, seconds = window.operations[ALL], max(1, len(window.seconds))
        p95 = MEASURES["p95_seconds"].of(window, ALL)
        return cls(
            offered=window.offered or 0.0,
            possible=knee.per_second,
            done=seen.done / seconds,
            refused=seen.refused / seconds,
            failed=seen.failed / seconds,
            failures=dict(seen.failures),
            p95_seconds=p95.value if p95 else None,
        )


def told_beyond(beyond: BeyondKnee) -> str:
    """What it does with what is too much."""
    told = [f"of {beyond.offered:.4g} requests/s asked for {beyond.done:.4g} were done"]
    if beyond.done < COLLAPSED * beyond.possible:
        told.append(f"it collapses: {beyond.possible:.4g} are possible")
    if beyond.refused > MUCH * beyond.offered:
        told.append(f"{beyond.refused:.4g} were refused with 429 or 503 and Retry-After")
    if beyond.failed > MUCH * beyond.offered:
        kinds = ", ".join(f"{count} {kind}" for kind, count in beyond.failures.items())
        told.append(f"{beyond.failed:.4g} failed ({kinds})")
    if beyond.p95_seconds is not None:
        told.append(f"p95 {beyond.p95_seconds:.3g} s")
    return "; ".join(told)


def told_health(phase: str, looks: Sequence[Look]) -> str:
    """How the health path was answered meanwhile; empty where nobody looked."""
    if not looks:
        return ""
    answered = sorted(each.seconds for each in looks if each.status)
    statuses = sorted({each.status for each in looks if each.status})
    told = f"{phase}: {len(answered)} of {len(looks)} looks were answered"
    if not answered:
        return told
    middle, worst = answered[len(answered) // 2], answered[-1]
    listed = ", ".join(map(str, statuses))
    return f"{told} ({listed}), in {middle * 1000:.3g} ms, at worst {worst * 1000:.3g} ms"
