"""What is wrong with what the load saw; pure functions, one line for each fault."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from load import Outcome


def update_faults(number: int, seen: list[Outcome]) -> list[str]:
    """Return every request that an update cost."""
    return [
        f"update {number}: {each.kind} at {each.replica}: {each.error}"
        for each in seen
        if not each.answered
    ]


def kill_faults(number: int, seen: list[Outcome], in_hand: Collection[Outcome]) -> list[str]:
    """Return every failed request that was not in the killed replica's hand."""
    return [
        f"kill {number}: {each.kind} at {each.replica}: {each.error}"
        for each in seen
        if not each.answered and each not in in_hand
    ]


def history_faults(outcomes: list[Outcome], records: list[dict[str, Any]]) -> list[str]:
    """Return what the history lacks, has twice, or has other than as answered."""
    stored = {record["id"]: record for record in records}
    faults = [
        f"record {each.record['id']}: {'stored otherwise' if found else 'lost'}"
        for each in outcomes
        if each.record is not None and (found := stored.get(each.record["id"])) != each.record
    ]
    times = Counter(record["prompt"] for record in records)
    faults += [f"{prompt!r}: stored {count} times" for prompt, count in times.items() if count > 1]
    asked = {each.prompt for each in outcomes if each.kind != "read"}
    faults += [f"{prompt!r}: stored, and never asked for" for prompt in times.keys() - asked]
    return faults
