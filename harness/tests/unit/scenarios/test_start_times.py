"""Where the time of a start went."""

from dataclasses import replace

import pytest
from apps.schema import fuzzed

from boxproof.clauses.startup.first_work import first_work_in_time
from boxproof.config.options import Limits
from boxproof.core.breaches import Late
from boxproof.endpoint import Endpoint
from boxproof.probes.messages import Answer, Request
from boxproof.probes.start_watch import Attempt, Startup
from boxproof.scenarios.start_times import StartTimes, in_order, marked
from boxproof.targets.abilities import Line

CONFIG = replace(fuzzed.CONFIG, limits=Limits(first_work_seconds=60.0))
LINES = (Line(1.0, "begin"), Line(2.5, '{"message": "model loaded"}'), Line(4.0, "model loaded"))


def answer(seconds: float) -> Answer:
    """The first create's answer."""
    return Answer(Request("POST", Endpoint("http://there"), "/say"), 200, {}, b"{}", seconds)


def test_a_mark_is_the_first_line_that_matches() -> None:
    """One that no line matches is left out."""
    marks = {"model": "model loaded", "disk": "disk mounted"}
    assert marked(LINES, marks, since=0.5) == {"model": 2.0}


def test_the_parts_add_up_to_the_first_record() -> None:
    """In the order of time, whatever the order of the names."""
    startup = Startup(
        10.0, 10.5, 16.0, (Attempt(11.0, None), Attempt(15.0, 503), Attempt(16.0, 200))
    )
    times = StartTimes(in_order({"model": 4.0}, startup, answer(0.25)))
    assert times.seconds == 5.75
    assert times.parts() == {
        "model": 4.0,
        "first HTTP answer": 0.5,
        "ready": 1.0,
        "first work": 0.25,
    }
    assert str(times) == (
        "first work after 5.75 s: model 4.00, first HTTP answer 0.50, ready 1.00, first work 0.25"
    )


def test_a_first_answer_that_is_ready_is_told_once() -> None:
    """Most services answer nothing before they are ready."""
    startup = Startup(0.0, 0.0, 2.0, (Attempt(1.0, None), Attempt(2.0, 200)))
    assert dict(in_order({}, startup, answer(1.0))) == {"ready": 2.0, "first work": 3.0}


def test_what_came_before_the_service_is_not_charged_to_it() -> None:
    """An engine starts what the service depends on first: 60 s of that are no breach."""
    startup = Startup(ordered=0.0, began=60.0, ready=61.0, attempts=(Attempt(61.0, 200),))
    first_work_in_time(StartTimes(in_order({}, startup, answer(0.5))), CONFIG)
    late = Startup(ordered=0.0, began=0.0, ready=61.0, attempts=(Attempt(61.0, 200),))
    with pytest.raises(Late, match=r"after 61\.5 s, later than 60 s"):
        first_work_in_time(StartTimes(in_order({}, late, answer(0.5))), CONFIG)
