"""Whether what a team declines and waives is there: clauses and faults, by their names of today."""

from boxproof.clauses import registry
from boxproof.config.options import Config, Waiver
from boxproof.core.errors import ConfigError
from boxproof.core.retired_ids import RETIRED
from boxproof.core.suggestions import did_you_mean
from boxproof.faults import fault_registry


def check_declined(config: Config) -> None:
    """See that every declined clause is one.

    Raises:
        ConfigError: one is not, or has another id now.
    """
    for clause in config.declined:
        problem = _unknown_clause(clause)
        if problem:
            raise ConfigError(f"{config.file}: declined: {clause!r} {problem}")


def problem_of(waiver: Waiver, config: Config) -> str:
    """Why a waiver can never cover anything; empty where it can."""
    unknown = _unknown_clause(waiver.clause)
    if unknown:
        return unknown
    if waiver.clause in config.declined:
        return "is declined, so that it is not judged"
    clauses = {each.id: each for each in registry.every()}
    if not clauses[waiver.clause].promised(config):
        return f"is not promised by {config.file}, so that it is not judged"
    if waiver.fault and waiver.fault not in fault_registry.every():
        near = did_you_mean(waiver.fault, fault_registry.every())
        return f"is waived under {waiver.fault!r}, which is not a fault{near}"
    return ""


def _unknown_clause(clause: str) -> str:
    if clause in RETIRED:
        return f"has another id now: {RETIRED[clause]!r}"
    known = [each.id for each in registry.every()]
    near = did_you_mean(clause, known) or "; 'boxproof list' shows them all"
    return "" if clause in known else f"is not a clause{near}"
