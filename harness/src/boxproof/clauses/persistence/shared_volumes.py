"""A start on a data volume that another release, or another container, writes to."""

from boxproof.clauses.history_checks import DURABLE, judge, traceable
from boxproof.clauses.registry import clause
from boxproof.clauses.startup.refused_settings import TRACEBACK
from boxproof.config.options import Config
from boxproof.core.breaches import Breach, Late, NotJudged, require, require_in_time
from boxproof.core.verdicts import Cause, Level
from boxproof.ledger.checkers import durable, ids, visible
from boxproof.scenarios.done import evidence
from boxproof.scenarios.volume_life import SharedVolume, Upgraded
from boxproof.targets.abilities import RecreatesContainer
from boxproof.targets.base import Exit

LOG_LINES = 15


@clause(
    "persistence.old-schema-migrates",
    Level.MUST,
    "A server that finds the database of an earlier release MUST serve its records, and write.",
    needs=(RecreatesContainer,),
    promised=lambda config: (
        config.record is not None and config.upgrade is not None and bool(config.upgrade.old)
    ),
)
def old_schema_migrates(upgraded: Upgraded, config: Config) -> None:
    assert config.upgrade is not None
    if not config.upgrade.old_ids or (not upgraded.reads and upgraded.listed is None):
        raise NotJudged(
            f"{config.file} names no records of the earlier release (old_ids in [upgrade]), or no "
            "way to read them",
            Cause.UNDECIDED,
        )
    lost = [each for each in upgraded.reads if each.status != 200]
    require(
        not lost,
        f"{len(lost)} of {len(upgraded.reads)} records of the earlier release cannot be read",
        [line for each in lost for line in each.evidence()],
    )
    listed = config.upgrade.old_ids if upgraded.listed is None else upgraded.listed
    missing = set(config.upgrade.old_ids) - set(listed)
    require(not missing, f"the list has no records {sorted(missing)} of the earlier release")
    require(
        upgraded.created not in config.upgrade.old_ids,
        f"a new record got the id {upgraded.created!r} of an old one",
    )


@clause(
    "persistence.newer-schema-refused",
    Level.MUST,
    "A server that finds the database of a later release MUST end with a non-zero exit code and a "
    "line that names it.",
    needs=(RecreatesContainer,),
    promised=lambda config: config.upgrade is not None and bool(config.upgrade.newer),
)
def newer_schema_refused(refused_newer: Exit | None, config: Config) -> None:
    assert config.upgrade is not None
    if refused_newer is None:
        raise Late(
            f"on a newer database it became ready, or still ran after "
            f"{config.limits.refuse_seconds:g} s"
        )
    _refused("on a newer database", refused_newer.code, refused_newer.log, config.upgrade.file)


@clause(
    "persistence.two-on-one-volume",
    Level.MUST,
    "A second container on the same volume MUST either work beside the first or end with a line "
    "and a non-zero exit code; either way no acknowledged record is lost or changed.",
    needs=(RecreatesContainer,),
    promised=lambda config: bool(config.service.data_mount) and traceable(config),
)
def two_on_one_volume(shared_volume: SharedVolume) -> None:
    refused = shared_volume.refused
    if refused is not None:
        _refused("beside another", refused.exit_code_seen, refused.log, "")
    lost = [each for each in shared_volume.before if each.loss]
    require(
        not lost,
        f"{len(lost)} of {len(shared_volume.before)} records from before a second container was on "
        "the volume are lost or changed",
        (*evidence(shared_volume.done), *(line for each in lost for line in each.evidence())),
    )
    try:
        judge(shared_volume.history, *DURABLE, durable.not_its_own, ids.reused, visible.unread)
    except Breach as breach:
        raise type(breach)(
            f"with a second container on the volume: {breach.summary}",
            (*evidence(shared_volume.done), *breach.evidence),
            anomalies=breach.anomalies,
            findings=breach.findings,
        ) from None
    if refused is None and len({each.url for each in shared_volume.history.acknowledged}) < 2:
        raise NotJudged(
            "one of the two containers acknowledged every write; the other one none",
            Cause.UNDECIDED,
        )


def _refused(where: str, code: int | None, log: str, name: str) -> None:
    """A refusal has an exit code of its own and a line (that holds ``name``), and no traceback."""
    lines = [line for line in log.splitlines() if line.strip()]
    evidence = [*lines[-LOG_LINES:], f"exit code {code}"]
    require_in_time(code is not None, f"{where} it did not become ready, and did not end", evidence)
    require(code != 0, f"{where} it ended with exit code 0", evidence)
    require(any(name in line for line in lines), f"{where} it ended without output", evidence)
    require(TRACEBACK not in log, f"{where} it ended with a traceback", evidence)
