"""The life of a container: each broken toy is caught by the clauses that name its fault."""

from collections.abc import Callable

import pytest
from apps.judging import Judged

Judging = Callable[..., Judged]

#: Every clause of the family that stops, or boots, or signals a server.
LIFECYCLE = (
    "first-process or second-term or grace-fits or slow-load or reaps-orphans or reload-refuses "
    "or worker-death or old-schema or newer-schema or two-on-one or within-budget or exit-codes"
)
CAUGHT = {
    "single_process": {"startup.worker-death-costs-its-own", "startup.reaps-orphans"},
    "orphans_stay": {"startup.reaps-orphans"},
    "reload_drops": {"startup.reload-refuses-nobody"},
    "second_term_kills": {"startup.second-term", "startup.first-process-forwards-signals"},
    "waits_for_ever": {"startup.grace-fits"},
    "leaves_first": {"startup.second-term", "startup.first-process-forwards-signals"},
    "ignores_term": {
        "startup.second-term",
        "startup.first-process-forwards-signals",
        "startup.grace-fits",
    },
    "all_or_none": {"startup.worker-death-costs-its-own"},
    "ignores_old_schema": {"startup.old-schema-migrates"},
    "takes_any_schema": {"startup.newer-schema-refused"},
    "overwrites_its_neighbour": {"startup.two-on-one-volume"},
    "aborts": {"startup.exit-codes"},
    "healthy_while_loading": {"startup.slow-load-visible"},
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
    """The other clauses on the life of a container are kept."""
    seen = judged(f"startup.{toy}", "-k", LIFECYCLE)
    assert seen.said("broken") == CAUGHT[toy], seen.output
    assert seen.said("kept") == seen.clauses.keys() - CAUGHT[toy], seen.output


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
    assert seen.said("broken") == {"startup.within-budget"}, seen.output
    assert "s  listening" in seen.output
