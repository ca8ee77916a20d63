"""The life of a container: each broken toy is caught by the clauses that name its fault.

That nothing is reported of the good service, ``test_toys`` shows for the whole contract.
"""

from collections.abc import Callable

import pytest
from apps.judging import Judged

Judging = Callable[..., Judged]

#: The clauses that stop, boot or signal a server, by what they look at.
STOPS = "forwards-signals or second-sigterm"
SIGNALS = f"{STOPS} or grace-period or slow-load"
PROCESSES = "reaps-orphans or reload-loses or death-contained or death-unnoticed"
IN_HAND = "finishes-in-flight"
VOLUMES = "old-schema or newer-schema or two-on-one"

FORWARDS, SECOND = "lifecycle.forwards-signals", "lifecycle.second-sigterm"
GRACE, CONTAINED = "lifecycle.grace-period-kept", "lifecycle.worker-death-contained"
UNNOTICED = "lifecycle.worker-death-unnoticed"

#: Toy: what is judged, and what must be broken. All else that is judged must be kept.
CAUGHT = {
    "startup.single_process": (PROCESSES, {CONTAINED, UNNOTICED, "lifecycle.reaps-orphans"}),
    "lifecycle.never_reaps": (PROCESSES, {"lifecycle.reaps-orphans"}),
    "lifecycle.reload_drops": (PROCESSES, {"lifecycle.reload-loses-nothing"}),
    "lifecycle.restarts_all_workers": (PROCESSES, {CONTAINED}),
    "lifecycle.daemon_threads": (IN_HAND, {"lifecycle.finishes-in-flight"}),
    "lifecycle.drops_late": (f"{IN_HAND} or {STOPS}", {"lifecycle.finishes-in-flight"}),
    "lifecycle.second_sigterm_kills": (SIGNALS, {SECOND, FORWARDS}),
    "lifecycle.master_ends_first": (SIGNALS, {FORWARDS}),
    "lifecycle.waits_without_limit": (SIGNALS, {GRACE}),
    "lifecycle.ignores_sigterm": (SIGNALS, {SECOND, FORWARDS, GRACE}),
    "startup.healthy_while_loading": (SIGNALS, {"startup.slow-load-visible"}),
    "persistence.ignores_old_schema": (VOLUMES, {"persistence.old-schema-migrates"}),
    "persistence.accepts_any_schema": (VOLUMES, {"persistence.newer-schema-refused"}),
    "persistence.overwrites_other_records": (VOLUMES, {"persistence.two-on-one-volume"}),
}
#: What cannot be tried where something else is broken: nobody is left for a second SIGTERM, or
#: it is the first that loses what is in hand.
FOLLOWS = {
    "lifecycle.drops_late": {SECOND, FORWARDS},
    "lifecycle.master_ends_first": {SECOND},
    "startup.single_process": {"lifecycle.reload-loses-nothing"},
}
#: Whose clauses another one of these is caught by as well.
ALIKE = {"lifecycle.never_reaps", "lifecycle.restarts_all_workers", "lifecycle.ignores_sigterm"}
LONG = pytest.mark.long


@pytest.mark.parametrize(
    "toy", [pytest.param(each, marks=LONG if each in ALIKE else ()) for each in CAUGHT]
)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, judged: Judging
) -> None:
    """The others that look at the same are kept, so that a person is led to what is wrong."""
    chosen, caught = CAUGHT[toy]
    seen = judged(toy, "-k", chosen)
    assert seen.said("broken") == caught, seen.output
    assert seen.said("not judged") == FOLLOWS.get(toy, set()), seen.output
    assert not seen.said("unknown"), seen.output


@pytest.mark.parametrize(
    ("period", "verdict"), [pytest.param("0s", "broken", marks=LONG), ("30s", "kept")]
)
def test_a_container_that_is_called_unhealthy_while_it_loads_is_caught(
    period: str, verdict: str, judged: Judging
) -> None:
    """The server is good and slow; the start period of its health check decides."""
    settings = {"TOY_START_PERIOD": period, "TOY_CHECK_INTERVAL": "1s"}
    seen = judged("startup.loads_slowly", "-k", "slow-load", **settings)
    assert seen.said(verdict) == {"startup.slow-load-visible"}, seen.output


def test_a_start_beyond_its_budget_is_caught_and_told_in_parts(judged: Judging) -> None:
    """A person sees where the time went."""
    seen = judged("startup.over_budget", "-k", "first-work-in-time")
    assert seen.said("broken") == {"startup.first-work-in-time"}, seen.output
    assert "s  listening" in seen.output
