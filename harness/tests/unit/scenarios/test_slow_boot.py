"""A boot with little CPU tells two things, and each is judged without the other."""

import pytest
from apps.schema.fuzzed import CONFIG

from boxproof.clauses.lifecycle.sigterm import grace_fits
from boxproof.clauses.startup.slow_load import slow_load_visible
from boxproof.core.breaches import NotJudged
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request
from boxproof.probes.start_watch import Attempt, Startup
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
