"""Ids that clauses once had: none is ever used again, and each says what it is called now."""

import re
from collections.abc import Mapping

from boxproof.core.errors import ConfigError

RETIRED: Mapping[str, str] = {
    "smoke.first-generation": "smoke.first-work",
    "smoke.record-readable": "records.readable",
    "smoke.forbidden-refused": "generation.forbidden-refused",
    "smoke.forbidden-whole-words": "generation.forbidden-whole-words",
    "smoke.empty-refused": "generation.empty-refused",
    "smoke.openapi-valid": "schema.openapi-valid",
    "schema.resources": "records.available",
    "startup.within-budget": "startup.first-work-in-time",
    "startup.logs-json": "hygiene.logs-json",
    "startup.logs-without-traceback": "hygiene.logs-without-traceback",
    "startup.not-root": "hygiene.not-root",
    "startup.read-only-root": "hygiene.read-only-root",
    "startup.reaps-orphans": "lifecycle.reaps-orphans",
    "startup.reload-refuses-nobody": "lifecycle.reload-loses-nothing",
    "startup.worker-death-costs-its-own": "lifecycle.worker-death-contained",
    "startup.worker-loss-unnoticed": "lifecycle.worker-death-unnoticed",
    "startup.worker-replaced": "lifecycle.worker-replaced",
    "startup.second-term": "lifecycle.second-sigterm",
    "startup.stops-cleanly": "lifecycle.stops-cleanly",
    "startup.finishes-in-flight": "lifecycle.finishes-in-flight",
    "startup.first-process-forwards-signals": "lifecycle.forwards-signals",
    "startup.grace-fits": "lifecycle.grace-period-kept",
    "startup.two-on-one-volume": "persistence.two-on-one-volume",
    "startup.old-schema-migrates": "persistence.old-schema-migrates",
    "startup.newer-schema-refused": "persistence.newer-schema-refused",
    "persistence.limit-honoured": "records.limit-honoured",
    "persistence.newest-first": "records.newest-first",
    "persistence.stored-once": "records.stored-once",
    "persistence.nothing-unasked": "records.nothing-unasked",
    "persistence.own-answer": "records.own-answer",
    "persistence.read-your-writes": "records.read-your-writes",
    "persistence.reads-never-go-back": "records.monotonic-reads",
    "persistence.list-in-order": "records.list-in-order",
    "persistence.pages-complete": "records.pages-complete",
    "persistence.volume-keeps": "persistence.fresh-volume-empty",
    "persistence.cut-lines-hold-nobody-up": "persistence.cut-connections-isolated",
    "persistence.locked-refused-cleanly": "persistence.locked-database-refused-cleanly",
}
#: What stands between the ids of an expression such as ``a.b and not c.d``.
BETWEEN = re.compile(r"[^a-z0-9.-]+")


def check(expression: str) -> None:
    """Refuse an id, or an expression with ids in it, that names a clause as it was once called.

    Raises:
        ConfigError: it does; says the name of today.
    """
    for each in BETWEEN.split(expression):
        if each in RETIRED:
            raise ConfigError(f"clause {each!r} has another id now: {RETIRED[each]!r}")
