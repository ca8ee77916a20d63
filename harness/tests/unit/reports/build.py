"""Entries of small made-up runs."""

from typing import Any

from boxproof.journal import Entry


def verdict(clause_id: str, said: str, level: str = "MUST", **more: Any) -> Entry:
    """A verdict entry."""
    data = {
        "id": clause_id,
        "family": clause_id.partition(".")[0],
        "level": level,
        "sentence": f"The service {level} do it.",
        "verdict": said,
        "seconds": 0.25,
        "summary": "",
        "evidence": [],
        "cause": "no such ability" if said == "not judged" else None,
        **more,
    }
    return Entry(1.0, "verdict", data)


RUN = Entry(
    0.0,
    "run",
    {
        "version": "0.1.0",
        "id": "abc",
        "service": "api",
        "target": "compose",
        "why": "",
        "seed": 7,
        "selection": "",
    },
)
END = Entry(9.5, "end", {"interrupted": False})
INTERRUPTED = Entry(9.5, "end", {"interrupted": True})
BOOT_FAILED = Entry(
    2.0,
    "boot-failed",
    {"summary": "api ended with 3", "log": "no model", "exit_code": 3, "oom_killed": False},
)
