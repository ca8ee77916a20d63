"""The data volume is full to the brim, and freed later."""

from boxproof.clauses.history_checks import DURABLE, judge, success_statuses
from boxproof.clauses.refused_writes import (
    require_clean_refusals,
    require_met,
    require_reads,
    returned,
    stored,
)
from boxproof.clauses.registry import clause
from boxproof.clauses.shapes import Shapes
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, require, require_in_time
from boxproof.core.verdicts import Level
from boxproof.probes.messages import Answer
from boxproof.scenarios.storage_faults import Endured, Tried
from boxproof.targets.abilities import FillsVolume

#: In what the service had set aside, say.
ROOM = "there was still room on the full disk"


@clause(
    "persistence.survives-disk-full",
    Level.SHOULD,
    "What was acknowledged SHOULD be there, once and as it was acknowledged, and what was refused "
    "not at all, after the disk was full.",
    needs=(FillsVolume,),
    promised=stored,
)
def survives_disk_full(on_full_disk: Endured, config: Config) -> None:
    judge(on_full_disk.history, *DURABLE)
    require_met(_tried(on_full_disk), config, ROOM)


@clause(
    "persistence.full-disk-refused-cleanly",
    Level.SHOULD,
    "While the disk is full, a write that finds no room SHOULD be refused with 503 or 507 in the "
    "documented shape, without internals, and reads SHOULD go on.",
    needs=(FillsVolume,),
    promised=stored,
)
def full_disk_refused_cleanly(on_full_disk: Endured, shapes: Shapes, config: Config) -> None:
    tried = _tried(on_full_disk)
    require(
        not tried.missing,
        f"{len(tried.missing)} of {len(tried.writes)} writes were acknowledged and not stored",
        [line for said in tried.missing if isinstance(said, Answer) for line in said.evidence()],
    )
    success = success_statuses(config)
    require_clean_refusals([each for each in tried.writes if not returned(each, *success)], shapes)
    require_reads(tried)
    require_met(tried, config, ROOM)


@clause(
    "persistence.full-disk-shows-in-health",
    Level.SHOULD,
    "While the disk is full, the health path (the detailed one, where there is one) SHOULD NOT "
    "say that it is ready.",
    needs=(FillsVolume,),
    promised=stored,
)
def full_disk_shows_in_health(on_full_disk: Endured, config: Config) -> None:
    tried = _tried(on_full_disk)
    require_met(tried, config, ROOM)
    said = tried.health[-1]
    evidence = said.evidence() if isinstance(said, Answer) else said.evidence
    if not isinstance(said, Answer):
        raise Breach("while the disk is full, the health path does not answer", evidence)
    require(
        not config.health.request.is_success(said.status),
        f"while the disk is full, the health path still returns {said.status}",
        evidence,
    )


@clause(
    "persistence.recovers-without-restart",
    Level.SHOULD,
    "Once the disk has room again, writes SHOULD be acknowledged without a restart.",
    needs=(FillsVolume,),
    promised=stored,
)
def recovers_without_restart(on_full_disk: Endured, config: Config) -> None:
    unrecovered = on_full_disk.unrecovered
    require_in_time(not unrecovered, f"after the disk was freed: {unrecovered}")
    require_met(_tried(on_full_disk), config, ROOM)


def _tried(on_full_disk: Endured) -> Tried:
    tried = on_full_disk.tried
    assert tried is not None
    return tried
