"""The shortest part of a history that proves an anomaly, as a table that fits a screen."""

from collections.abc import Iterable, Sequence

from boxproof.ledger.history import Anomaly, Change, Create, Event, History, Read, Request, Walk

TEXT_CHARACTERS = 32
ROWS_MOST = 16
ANOMALIES_MOST = 3


def prove(history: History, anomalies: Sequence[Anomaly]) -> tuple[str, ...]:
    """Lines for a person: each anomaly with its requests and what was done to the target then."""
    lines: list[str] = []
    for anomaly in anomalies[:ANOMALIES_MOST]:
        lines += [*lines_of(history, anomaly), ""]
    if len(anomalies) > ANOMALIES_MOST:
        lines.append(f"… and {len(anomalies) - ANOMALIES_MOST} more like these")
    return tuple(lines)


def lines_of(history: History, anomaly: Anomaly) -> tuple[str, ...]:
    """One anomaly with its requests and what was done to the target then."""
    return (anomaly.summary, *_rows(history, anomaly.proof))


def _rows(history: History, proof: Iterable[Request]) -> list[str]:
    requests = sorted(proof, key=lambda each: each.began)
    first, last = requests[0].began, max(each.ended for each in requests)
    between = [each for each in history.events if first <= each.t <= last]
    rows = [(each.began, _request(each)) for each in requests] + [(e.t, _event(e)) for e in between]
    rows.sort(key=lambda row: row[0])
    if len(rows) > ROWS_MOST:
        left_out = len(rows) - ROWS_MOST
        half = ROWS_MOST // 2
        rows[half:-half] = [(rows[half][0], f"… {left_out} rows left out")]
    return [f"  {t:9.3f} s  {text}" for t, text in rows]


def _event(event: Event) -> str:
    return f"{'—':<10} {event.what}"


def _request(request: Request) -> str:
    status = "no answer" if request.status is None else str(request.status)
    match request:
        case Create():
            what = f"create {request.text[:TEXT_CHARACTERS]!r}"
            status += f" id {request.id}" if request.id is not None else ""
        case Read():
            what = f"read {request.id}"
        case Change(changed=changed):
            what = "delete" if changed.text is None else f"update to {changed.text!r}"
            what += f" id {changed.created.id}"
        case Walk():
            what = "list" if request.pages == 1 else "walk through the list"
            status += f", {len(request.records)} records" if request.status == 200 else ""
        case _:
            what = "request"
    return f"{request.worker:<10} {what} → {status} at {request.ended:.3f} s"
