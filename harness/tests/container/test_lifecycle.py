"""The life of a container: each broken toy is caught by the clauses that name its fault."""

from collections.abc import Callable

import pytest
from apps.judging import Judged

Judging = Callable[..., Judged]

#: Every clause of the family that stops, or boots, or signals a server, by what it looks at.
SIGNALS = "first-process or second-term or grace-fits or slow-load"
PROCESSES = "reaps-orphans or reload-refuses or worker-death"
VOLUMES = "old-schema or newer-schema or two-on-one"
STARTS = "within-budget or exit-codes"
LIFECYCLE = " or ".join((SIGNALS, PROCESSES, VOLUMES, STARTS))

#: Toy: what is judged, and what must be broken. All else that is judged must be kept.
CAUGHT = {
    "single_process": (PROCESSES, {"worker-death-costs-its-own", "reaps-orphans"}),
    "never_reaps": (PROCESSES, {"reaps-orphans"}),
    "reload_drops": (PROCESSES, {"reload-refuses-nobody"}),
    "restarts_all_workers": (PROCESSES, {"worker-death-costs-its-own"}),
    "second_sigterm_kills": (SIGNALS, {"second-term", "first-process-forwards-signals"}),
    "master_ends_first": (SIGNALS, {"second-term", "first-process-forwards-signals"}),
    "waits_without_limit": (SIGNALS, {"grace-fits"}),
    "ignores_sigterm": (SIGNALS, {"second-term", "first-process-forwards-signals", "grace-fits"}),
    "healthy_while_loading": (SIGNALS, {"slow-load-visible"}),
    "ignores_old_schema": (VOLUMES, {"old-schema-migrates"}),
    "accepts_any_schema": (VOLUMES, {"newer-schema-refused"}),
    "overwrites_other_records": (VOLUMES, {"two-on-one-volume"}),
    "aborts": (STARTS, {"exit-codes"}),
}


def test_nothing_is_reported_on_the_good_service(judged: Judging) -> None:
    """Every clause is judged and kept."""
    seen = judged("good", "--require-complete", "-k", LIFECYCLE)
    assert seen.said("kept") == seen.clauses.keys(), seen.output
    assert len(seen.clauses) == len(LIFECYCLE.split(" or ")), seen.output


@pytest.mark.parametrize("toy", CAUGHT)
def test_a_broken_service_is_caught_by_the_clause_that_names_its_fault(
    toy: str, judged: Judging
) -> None:
    """The others that look at the same are kept, so that a person is led to what is wrong."""
    chosen, names = CAUGHT[toy]
    caught = {f"startup.{name}" for name in names}
    seen = judged(f"startup.{toy}", "-k", chosen)
    assert seen.said("broken") == caught, seen.output
    assert seen.said("kept") == seen.clauses.keys() - caught, seen.output


@pytest.mark.parametrize(("period", "verdict"), [("0s", "broken"), ("30s", "kept")])
def test_a_container_that_is_called_unhealthy_while_it_loads_is_caught(
    period: str, verdict: str, judged: Judging
) -> None:
    """The server is good and slow; the start period of its health check decides."""
    settings = {"TOY_START_PERIOD": period, "TOY_CHECK_INTERVAL": "1s"}
    seen = judged("startup.loads_slowly", "-k", "slow-load", **settings)
    assert seen.said(verdict) == {"startup.slow-load-visible"}, seen.output


def test_a_start_beyond_its_budget_is_caught_and_told_in_parts(judged: Judging) -> None:
    """A person sees where the time went."""
    seen = judged("startup.over_budget", "-k", "within-budget")
    assert seen.said("broken") == {"startup.first-work-in-time"}, seen.output
    assert "s  listening" in seen.output
