"""The data volume may not be written to."""

from boxproof.clauses.refused_writes import require_clean_refusals, require_reads, stored
from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.core.breaches import require
from boxproof.core.verdicts import Level
from boxproof.scenarios.storage_faults import Endured
from boxproof.targets.abilities import FillsVolume, MountsReadOnly
from boxproof.targets.base import Exit

TRACEBACK = "Traceback (most recent call last)"
LOG_LINES = 15


@clause(
    "persistence.read-only-volume",
    Level.SHOULD,
    "On a data volume that it may not write to, the server SHOULD end with a non-zero exit code "
    "and a line that says why, or serve reads and refuse writes with 503 or 507.",
    needs=(FillsVolume, MountsReadOnly),
    promised=stored,
)
def read_only_volume(on_read_only_volume: Endured, shapes: Shapes) -> None:
    endured = on_read_only_volume
    if endured.ended is not None:
        _judge_end(endured.ended)
        return
    assert endured.tried is not None
    require_clean_refusals(endured.tried.writes, shapes)
    require_reads(endured.tried)


def _judge_end(ended: Exit) -> None:
    evidence = [*ended.log.splitlines()[-LOG_LINES:], f"exit code {ended.code}"]
    require(ended.code != 0, "on a read-only volume it ended with exit code 0", evidence)
    require(ended.log.strip(), "on a read-only volume it ended without output", evidence)
    require(TRACEBACK not in ended.log, "on a read-only volume it ended with a traceback", evidence)
