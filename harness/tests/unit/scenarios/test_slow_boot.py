"""A boot with little CPU tells two things, and each is judged without the other."""

import pytest
from apps.schema.fuzzed import CONFIG
from unit.scenarios.bench import Bench

from boxproof.clauses.lifecycle.sigterm import grace_fits
from boxproof.clauses.startup.slow_load import slow_load_visible
from boxproof.core.breaches import NotJudged, rests_on_time
from boxproof.core.errors import BootFailed
from boxproof.core.verdicts import Cause
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request
from boxproof.probes.start_watch import Attempt, Startup
from boxproof.scenarios import scheduler
from boxproof.scenarios.stop_signals import Slow


def test_a_server_that_keeps_no_request_in_hand_is_judged_for_its_load() -> None:
    """Only what a request in hand would show stays open."""
    answer = Answer(Request("POST", Endpoint("http://127.0.0.1"), "/say"), 200, {}, b"{}", 0.1)
    looks = (Attempt(0.5, None), Attempt(1.0, 200))
    ready = Startup(ordered=0.0, began=0.0, ready=1.0, attempts=looks)
    slow = Slow(ready, answer, ("healthy",), NotJudged("no request can be kept in hand"))
    slow_load_visible(slow, CONFIG)
    with pytest.raises(NotJudged, match="in hand"):
        grace_fits(slow)


@pytest.mark.parametrize("timed_out", [True, False])
def test_a_boot_that_is_too_slow_is_tried_again_alone(
    timed_out: bool, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside other work it says nothing of the service, nor that it cannot be judged."""
    context = bench.context()

    def fail(_: object) -> None:
        raise BootFailed("not ready within 24 s", timed_out=timed_out)

    monkeypatch.setattr(context.target, "boot", fail)
    with pytest.raises(NotJudged, match=r"^under a limit of 0.5 CPUs, not ready") as raised:
        scheduler._scenarios["slow_boot"].make(context)
    assert rests_on_time(raised.value) is timed_out
    assert raised.value.cause is Cause.UNDECIDED
