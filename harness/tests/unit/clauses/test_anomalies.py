"""A clause that shows the first few of what went wrong hands all of it to the report."""

import pytest

from boxproof.clauses.hygiene.logs import SHOWN, TRACEBACK, logs_json, logs_without_traceback
from boxproof.clauses.lifecycle.processes import FLIGHTS, worker_death_costs_its_own
from boxproof.core.breaches import Breach
from boxproof.endpoint import Endpoint
from boxproof.probes.exchange import Exchange
from boxproof.probes.messages import Request
from boxproof.scenarios.run_logs import RunLine
from boxproof.scenarios.worker_events import Survivors
from boxproof.targets.abilities import Process

MANY = 20


def test_every_line_and_every_traceback_stands_in_the_report() -> None:
    """A person is shown a few."""
    lines = tuple(RunLine("toy", f"plain {number}") for number in range(MANY))
    with pytest.raises(Breach) as plain:
        logs_json(lines)
    assert len(plain.value.evidence) < len(plain.value.anomalies) == MANY
    with pytest.raises(Breach) as traced:
        logs_without_traceback(tuple(RunLine("toy", TRACEBACK) for _ in range(MANY)))
    assert SHOWN < len(traced.value.anomalies) == MANY


def test_every_request_that_was_lost_stands_in_the_report() -> None:
    """With what was done to which deployment, and when."""
    request = Request("POST", Endpoint("http://127.0.0.1"), "/say")
    lost = tuple(Exchange(request, float(number), error="lost") for number in range(MANY))
    victim = Process(7, 1, 10, "worker")
    with pytest.raises(Breach) as breach:
        worker_death_costs_its_own(Survivors(victim, 9.5, 1, lost, None))
    assert FLIGHTS < len(breach.value.anomalies) == MANY
    assert breach.value.evidence[0] == "    9.500 s  shared deployment: SIGKILL to worker 7"
