"""Runs within Locust: counts what its users see by the second, and obeys what it is told.

Counts go to the harness as lines of JSON. With several processes each sends its own to Locust's
master with Locust's own reports, and the master adds them up. Orders come as lines of JSON on the
standard input, whose end is the end of the harness: then this process ends, too.
"""

import json
import os
import time
from collections import defaultdict
from typing import Any

import gevent
import gevent.os
from locust import events, runners
from locust.env import Environment
from locust.exception import CatchResponseError

from boxproof.drivers.locust.load_plan import Plan
from boxproof.probes.load_seconds import TENTHS, TENTHS_OF_A_MILLISECOND, Seen

#: How often workers report; Locust's own interval is three seconds.
REPORT_SECONDS = 1.0
#: How long after its end a second is told: what workers saw of it has come by then.
LOCAL_SECONDS, MASTER_SECONDS = 0.2, 2.5
LOOK_SECONDS = 0.2
REFUSED = (429, 503)
FIRST_ERROR = 400
#: Of what a locustfile says of a failure.
SHOWN_CHARACTERS = 80
#: Longer times are counted by three digits.
EXACT = 1000

#: Of a millisecond, as Locust has times.
TENTHS_OF_ONE = TENTHS_OF_A_MILLISECOND // 1000

_done: dict[tuple[int, str, str], list[float]] = defaultdict(list)
_counted: dict[int, dict[str, Seen]] = defaultdict(lambda: defaultdict(Seen))


def listen() -> None:
    """Begin, once Locust has made its environment; safe to call twice."""
    if _began not in events.init._handlers:
        runners.WORKER_REPORT_INTERVAL = REPORT_SECONDS
        events.init.add_listener(_began)
        events.request.add_listener(_asked)


def streamed(name: str, first_seconds: float, tokens_per_second: float | None) -> None:
    """Count a stream that has ended: when its first text came, and how fast the rest."""
    seen = _counted[int(time.time())][name]
    seen.first_tokens[_digits(first_seconds * TENTHS_OF_A_MILLISECOND)] += 1
    if tokens_per_second is not None:
        seen.token_rates[_digits(tokens_per_second * TENTHS)] += 1


def _asked(
    request_type: str,
    name: str,
    response_time: float,
    exception: object,
    response: Any = None,
    **_: Any,
) -> None:
    """Count one request that has ended; what was done is no more than noted, for it is most."""
    if exception is None:
        _done[int(time.time()), request_type, name].append(response_time)
        return
    seen = _counted[int(time.time())][f"{request_type} {name}"]
    seen.requests += 1
    status = getattr(response, "status_code", 0) or 0
    if not status:
        seen.times[_digits(response_time * TENTHS_OF_ONE)] += 1
    if status in REFUSED and (response.headers or {}).get("Retry-After"):
        seen.refused += 1
    elif status in REFUSED:
        seen.failures[f"{status} without Retry-After"] += 1
    else:
        seen.failures[_kind(status, exception)] += 1


def _kind(status: int, exception: object) -> str:
    """What a failure is called: its status, what a user's own check says, or an error's name."""
    if status >= FIRST_ERROR:
        return str(status)
    if isinstance(exception, CatchResponseError):
        return str(exception)[:SHOWN_CHARACTERS]
    return type(exception).__name__


def _count_done() -> None:
    """Count what was noted of requests that were done."""
    for (at, request_type, name), times in _done.items():
        seen = _counted[at][f"{request_type} {name}"]
        seen.requests += len(times)
        seen.times.update([_digits(each * TENTHS_OF_ONE) for each in times])
    _done.clear()


def _digits(number: float) -> int:
    """A number as it is counted."""
    whole = round(number)
    if whole < EXACT:
        return whole
    step = 10
    while whole // step >= EXACT:
        step *= 10
    return round(whole / step) * step


def _began(environment: Environment, **_: Any) -> None:
    plan, runner = Plan.handed_over(), environment.runner
    if isinstance(runner, runners.WorkerRunner):
        events.report_to_master.add_listener(_report)
        return
    events.worker_report.add_listener(_take_report)
    delay = MASTER_SECONDS if isinstance(runner, runners.MasterRunner) else LOCAL_SECONDS
    gevent.spawn(_tell, plan.tell, runner, delay)
    gevent.spawn(_obey, runner)


def _report(data: dict[str, Any], **_: Any) -> None:
    """Send the master what was counted since the last report."""
    _count_done()
    counted = {str(at): _told(found) for at, found in _counted.items()}
    _counted.clear()
    data["boxproof"] = counted


def _take_report(data: dict[str, Any], **_: Any) -> None:
    for at, found in data.get("boxproof", {}).items():
        for name, seen in found.items():
            _counted[int(at)][name].add(Seen.from_json(seen))


def _told(found: dict[str, Seen]) -> dict[str, Any]:
    return {name: seen.as_json() for name, seen in found.items()}


def _tell(to: int, runner: Any, delay_seconds: float) -> None:
    """Tell each second once it is over."""
    at = int(time.time())
    while True:
        gevent.sleep(max(0.0, at + 1 + delay_seconds - time.time()))
        _count_done()
        second = {
            "at": at,
            "users": runner.user_count,
            "cpu_percent": _busiest(runner),
            "operations": _told(_counted.pop(at, {})),
        }
        os.write(to, json.dumps(second).encode() + b"\n")
        at += 1


def _busiest(runner: Any) -> float:
    """What the busiest process takes of its core, which is all that it can use."""
    own = float(getattr(runner, "current_cpu_usage", 0.0))
    if isinstance(runner, runners.MasterRunner):
        return max([own, *(float(each.cpu_usage) for each in runner.clients.values())])
    return own


def _obey(runner: Any) -> None:
    """Do what the lines of the standard input say, until it ends."""
    left, began = b"", False
    while True:
        data = gevent.os.tp_read(0, 4096)
        if not data:
            os._exit(1)
        *lines, left = (left + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if order["do"] == "end":
                runner.quit()
                web_page = runner.environment.web_ui
                if web_page is not None:
                    # Locust would go on for its sake.
                    web_page.stop()
            else:
                if not began:
                    # Locust's own reports begin with the first user, and not before.
                    runner.stats.reset_all()
                    began = True
                runner.start(order["users"], max(order["rate"], 0.01))
